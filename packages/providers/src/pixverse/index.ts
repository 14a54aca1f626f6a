export { createPixverseAdapter } from './adapter.ts';
export { pixverseManifest } from './manifest.ts';
export { mapParameters as mapPixverseParameters } from './map-parameters.ts';
