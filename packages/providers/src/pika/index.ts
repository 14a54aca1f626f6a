export { createPikaAdapter } from './adapter.ts';
export { pikaManifest } from './manifest.ts';
export { mapParameters as mapPikaParameters } from './map-parameters.ts';
