export { createRunwayAdapter } from './adapter.ts';
export { runwayManifest } from './manifest.ts';
export { mapParameters as mapRunwayParameters } from './map-parameters.ts';
