export { emulators } from './emulators.ts';
export type { Emulator, EmulatorOptions } from './emulators.ts';
export { startFalEmulator } from './fal/emulator.ts';
export type { FalEmulator, FalEmulatorOptions } from './fal/emulator.ts';
export { startPixverseEmulator } from './pixverse/emulator.ts';
export type { PixverseEmulator, PixverseEmulatorOptions } from './pixverse/emulator.ts';
export { startRunwayEmulator } from './runway/emulator.ts';
export type { RunwayEmulator, RunwayEmulatorOptions } from './runway/emulator.ts';
export type { RunningEmulator } from './start/options.ts';
