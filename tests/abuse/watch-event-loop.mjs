// Loaded into the server by `--import`. On a machine with other work, the delay of the event loop also contains the time that
// the process waited for a processor. The processor time between two turns does not: that much the server caused itself.
import { writeFileSync } from 'node:fs';

const intervalMs = 10;
let lastCpu = process.cpuUsage();
let longestMs = 0;

setInterval(() => {
  const { user, system } = process.cpuUsage(lastCpu);
  lastCpu = process.cpuUsage();
  longestMs = Math.max(longestMs, (user + system) / 1_000);
}, intervalMs).unref();

process.on('SIGUSR2', () => {
  writeFileSync(process.env.ABUSE_STALL_FILE, String(longestMs));
  longestMs = 0;
});
