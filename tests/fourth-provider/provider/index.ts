export { createLanternAdapter } from './adapter.ts';
export { lanternManifest } from './manifest.ts';
export { mapParameters as mapLanternParameters } from './map-parameters.ts';
