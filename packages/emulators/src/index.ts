export { startPixverseEmulator } from './pixverse/emulator.ts';
export type { PixverseEmulator, PixverseEmulatorOptions } from './pixverse/emulator.ts';
