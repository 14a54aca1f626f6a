/** The parts of every emulator besides its provider's wire: start, control API, faults, rendering, file serving. */
export type {
  AccountState,
  ControlledProvider,
  GenerationState,
  ProviderState,
} from './control/controlled-provider.ts';
export { keySuffix, providerState } from './control/provider-state.ts';
export { readSettings, secondsRange, wholeNumber } from './control/settings.ts';
export type { SettingField, SettingFields } from './control/settings.ts';
export type { NodeEnvironment } from './http/listen.ts';
export { fileResponse } from './http/media-file.ts';
export { readImage } from './media/read-media.ts';
export type { Recipe } from './render/recipe.ts';
export type { ResultVideos } from './render/result-videos.ts';
export { openEmulation } from './start/open-emulation.ts';
export type { EmulationParts, OpenEmulation, WebhookPace } from './start/open-emulation.ts';
export { settingsAtStart } from './start/options.ts';
export type { RunningEmulator, StartOptions } from './start/options.ts';
