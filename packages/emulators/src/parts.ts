/** The parts of every emulator besides its provider's wire: control API, faults, rendering, file serving. */
export { withControl } from './control/control-routes.ts';
export type {
  AccountState,
  ControlledProvider,
  GenerationState,
  ProviderState,
} from './control/controlled-provider.ts';
export { readSettings, secondsRange, wholeNumber } from './control/settings.ts';
export type { SettingField, SettingFields } from './control/settings.ts';
export { listen } from './http/listen.ts';
export type { Listening, NodeEnvironment } from './http/listen.ts';
export { fileResponse } from './http/media-file.ts';
export { readImage } from './media/read-media.ts';
export type { Recipe } from './render/recipe.ts';
export { createRenderer } from './render/renderer.ts';
export { createResultVideos } from './render/result-videos.ts';
export type { ResultVideos } from './render/result-videos.ts';
