import type { Job } from '@pixsim7/contracts';

/** Shows how far jobs are: bars that are redrawn on a terminal, a line per change elsewhere. */
export interface ProgressView {
  update(name: string, job: Job): void;
  /** Writes a line above the bars that stays. */
  note(line: string): void;
  end(): void;
}

const barWidth = 24;

export function createProgressView(output: NodeJS.WriteStream): ProgressView {
  return output.isTTY ? bars(output) : lines(output);
}

function lines(output: NodeJS.WriteStream): ProgressView {
  const shown = new Map<string, string>();
  return {
    update: (name, job) => {
      const state = describeState(job);
      if (shown.get(name) === state) {
        return;
      }
      shown.set(name, state);
      output.write(`${name.padEnd(16)} ${state}\n`);
    },
    note: (line) => output.write(`${line}\n`),
    end: () => undefined,
  };
}

function bars(output: NodeJS.WriteStream): ProgressView {
  const jobs = new Map<string, Job>();
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) {
      output.write(`\u001B[${drawn}A\u001B[0J`);
    }
    drawn = 0;
  };
  const draw = (): void => {
    clear();
    for (const [name, job] of jobs) {
      output.write(`${bar(name, job)}\n`);
    }
    drawn = jobs.size;
  };
  return {
    update: (name, job) => {
      jobs.set(name, job);
      draw();
    },
    note: (line) => {
      clear();
      output.write(`${line}\n`);
      draw();
    },
    end: () => {
      jobs.clear();
      drawn = 0;
    },
  };
}

function bar(name: string, job: Job): string {
  const ratio = job.status === 'completed' ? 1 : (job.progress.ratio ?? 0);
  const full = Math.round(ratio * barWidth);
  return `  ${name.padEnd(16)} ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${describeState(job)} ${Math.round(job.progress.elapsed_s)} s`;
}

function describePlace({ position, position_at_least: atLeast }: NonNullable<Job['wait']>): string {
  if (position !== undefined) {
    return `, number ${position} in line`;
  }
  return atLeast === undefined ? '' : `, more than ${atLeast - 1} in line`;
}

function describeState(job: Job): string {
  if (job.status === 'pending' && job.wait !== undefined) {
    return `waiting: ${job.wait.detail.replace(/\.$/u, '')}${describePlace(job.wait)}`;
  }
  return job.status === 'processing' ? job.stage : job.status;
}
