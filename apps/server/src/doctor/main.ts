import { randomUUID } from 'node:crypto';
import { findingsAsJson, formatFindings, works } from './finding.ts';
import { runDoctor } from './run-doctor.ts';

const findings = await runDoctor({
  environment: process.env,
  nodeVersion: process.versions.node,
  now: () => Date.now(),
  fetch: globalThis.fetch,
  createUuid: randomUUID,
});
process.stdout.write(process.argv.includes('--json') ? findingsAsJson(findings) : formatFindings(findings));
process.exitCode = works(findings) ? 0 : 1;
