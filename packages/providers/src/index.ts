/** The provider contract, the registry, and the providers that ship with PixSim7. */
export * from './contract/index.ts';
export { createPikaAdapter, mapPikaParameters, pikaManifest } from './pika/index.ts';
export { createPixverseAdapter, mapPixverseParameters, pixverseManifest } from './pixverse/index.ts';
export { createRunwayAdapter, mapRunwayParameters, runwayManifest } from './runway/index.ts';
export { registerDefaultProviders } from './register-default-providers.ts';
