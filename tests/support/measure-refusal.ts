import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '@pixsim7/contracts';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import type { ProxiedServer, Refusal } from './refusal.ts';

/** Of one process under one refusal. Times in milliseconds. */
export interface RefusalFigures {
  readonly name: string;
  /** False for a refusal that `/health` has no code for. */
  readonly isNamed: boolean;
  /** Connections and pieces of data to the server that refuses, in each second. */
  readonly triesPerSecond: number;
  /** Of one processor, from 0 to 1. */
  readonly cpu: number;
  /** Until `/health` named it; null when it did not. */
  readonly noticedMs: number | null;
  /** Whether the output of a start said so; null when the process was well when it started. */
  readonly saidAtStart: boolean | null;
  /** Until `/health` was well again; null when it was not. */
  readonly recoveredMs: number | null;
  /** From SIGTERM to the end of the process, under the refusal. */
  readonly exitMs: number;
  readonly exitCode: number | null;
}

export interface Measured<Server extends ProxiedServer> {
  /** The check in `/health`. */
  readonly part: 'database' | 'redis' | 'storage' | 'pixverse';
  readonly server: Server;
  readonly start: () => Promise<RunningProgram>;
  /** Makes work for the server that refuses. */
  readonly makeWork?: (program: RunningProgram) => Promise<void>;
}

/** The time for which tries are counted. */
const windowMs = 5_000;
/** Waits for `/health` are given up after this. */
const patienceMs = 60_000;

/** Starts a process, refuses, looks when it is noticed, lifts, looks when all is well, refuses again and stops it. */
export async function measureRefusal<Server extends ProxiedServer>(
  refusal: Refusal<Server>,
  { part, server, start, makeWork }: Measured<Server>,
): Promise<RefusalFigures> {
  const program = await start();
  await until(program, isWell(part), patienceMs);

  const lift = await refusal.apply(server);
  const noticedMs = refusal.code === null ? null : await until(program, says(part, refusal), patienceMs);
  await makeWork?.(program);
  const load = await measureLoad(program, server);
  await lift();
  const recoveredMs = await until(program, isWell(part), patienceMs);

  const liftAgain = await refusal.apply(server);
  await sleep(1_000);
  const end = await measureEnd(program);
  await liftAgain();
  const { name, code } = refusal;
  return { name, isNamed: code !== null, saidAtStart: null, ...load, noticedMs, recoveredMs, ...end };
}

/** Refuses, starts a process and stops it; starts another and lifts, and looks when all is well. */
export async function measureStart<Server extends ProxiedServer>(
  refusal: Refusal<Server>,
  { part, server, start }: Measured<Server>,
): Promise<RefusalFigures> {
  const lift = await refusal.apply(server);
  const first = await start();
  const noticedMs = refusal.code === null ? null : await until(first, says(part, refusal), patienceMs);
  const load = await measureLoad(first, server);
  const saidAtStart = first.output().includes('Attention');
  const end = await measureEnd(first);

  const second = await start();
  await lift();
  const recoveredMs = await until(second, isWell(part), patienceMs);
  await second.terminate();
  const name = `${refusal.name} (at the start)`;
  return { name, isNamed: refusal.code !== null, saidAtStart, ...load, noticedMs, recoveredMs, ...end };
}

/** A healthy process with a dozen jobs sends about 20 pieces a second to each; a loop without a pause sends thousands. */
const maxTriesPerSecond = 60;
const maxCpu = 0.6;
const noticedWithinMs = 10_000;
const recoveredWithinMs = 20_000;
/** The grace of running steps and the closing, which together stay below the 30 s of service managers. */
const exitWithinMs = 28_000;

/** Broken promises of a process under a refusal; empty when all is well. */
export function brokenPromises(figures: RefusalFigures): string[] {
  const { isNamed, triesPerSecond, cpu, noticedMs, saidAtStart, recoveredMs, exitMs, exitCode } = figures;
  const kept: Readonly<Record<string, boolean>> = {
    'few tries': triesPerSecond < maxTriesPerSecond,
    'little processor time': cpu < maxCpu,
    'noticed in time': !isNamed || (noticedMs ?? Infinity) < noticedWithinMs,
    'said at the start, if there is something to say': saidAtStart === null || saidAtStart === isNamed,
    'recovered in time': (recoveredMs ?? Infinity) < recoveredWithinMs,
    'stopped in time': exitMs < exitWithinMs,
    'stopped in order': exitCode === 0,
  };
  return Object.entries(kept).flatMap(([promise, isKept]) => (isKept ? [] : [promise]));
}

/** One line for the reader of the run. */
export function formatFigures(part: string, figures: RefusalFigures): string {
  const { name, triesPerSecond, cpu, noticedMs, recoveredMs, exitMs, exitCode } = figures;
  const ms = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} ms`);
  return [
    part.padEnd(10),
    name.padEnd(56),
    `${triesPerSecond.toFixed(1)} tries/s`.padStart(16),
    `${Math.round(cpu * 100)} % cpu`.padStart(10),
    `noticed ${ms(noticedMs)}`.padStart(18),
    `recovered ${ms(recoveredMs)}`.padStart(20),
    `exit ${exitCode} ${ms(exitMs)}`.padStart(16),
  ].join('  ');
}

async function measureLoad(
  { pid }: RunningProgram,
  { proxy }: ProxiedServer,
): Promise<Pick<RefusalFigures, 'triesPerSecond' | 'cpu'>> {
  const before = { tries: proxy.tries(), cpuMs: cpuMs(pid), at: performance.now() };
  await sleep(windowMs);
  const seconds = (performance.now() - before.at) / 1_000;
  return {
    triesPerSecond: (proxy.tries() - before.tries) / seconds,
    cpu: (cpuMs(pid) - before.cpuMs) / 1_000 / seconds,
  };
}

async function measureEnd(program: RunningProgram): Promise<Pick<RefusalFigures, 'exitMs' | 'exitCode'>> {
  const stoppedAt = performance.now();
  const exitCode = await program.terminate();
  return { exitMs: performance.now() - stoppedAt, exitCode };
}

type Judgement = (health: Health | null) => boolean;

function says(part: string, { code }: Pick<Refusal<never>, 'code'>): Judgement {
  return (health) => health?.checks[part]?.code === code;
}

function isWell(part: string): Judgement {
  return (health) => health?.checks[part]?.status === 'ok';
}

/** Asks for health until it is as wanted. Returns how long that took, or null when the time is over. */
async function until(program: RunningProgram, isWanted: Judgement, timeMs: number): Promise<number | null> {
  const begunAt = performance.now();
  while (performance.now() - begunAt < timeMs) {
    if (isWanted(await healthOf(program))) {
      return performance.now() - begunAt;
    }
    await sleep(200);
  }
  return null;
}

/** null when there is no answer. */
async function healthOf(program: RunningProgram): Promise<Health | null> {
  try {
    const reply = await fetch(`${program.ready}/health`, { signal: AbortSignal.timeout(10_000) });
    return (await reply.json()) as Health;
  } catch {
    return null;
  }
}

const ticksPerSecond = 100;

/** Processor time of a process so far, as Linux counts it; 0 elsewhere. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
  } catch {
    return 0;
  }
}
