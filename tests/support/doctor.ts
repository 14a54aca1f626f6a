import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface DoctorFinding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  readonly advice?: string;
}

/** `npm run doctor -- --json` as it was built, with nothing but these settings. */
export function runDoctorProgram(environment: Readonly<Record<string, string>>): Promise<DoctorFinding[]> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['apps/server/dist/doctor/main.js', '--json'],
      { cwd: root, env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...environment }, timeout: 120_000 },
      (error, output, errors) => {
        // It exits with 1 when it finds a problem.
        if (error !== null && error.code !== 1) {
          reject(new Error(`${error.message}\n${errors}`));
        } else {
          resolve((JSON.parse(output) as { findings: DoctorFinding[] }).findings);
        }
      },
    );
  });
}

/** The output of a program that does not start. */
export function failedStart(environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['apps/server/dist/main.js'],
      {
        cwd: root,
        env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'silent', ...environment },
        timeout: 120_000,
      },
      (error, _, errors) => {
        if (error?.code === 1) {
          resolve(errors);
        } else {
          reject(new Error(`It ended with ${error?.code ?? 0}:\n${errors}`));
        }
      },
    );
  });
}
