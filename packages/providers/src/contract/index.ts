/** The provider contract: all that the domain knows of providers. */
export * from './adapter.ts';
export * from './bind-adapter.ts';
export * from './connection-failure.ts';
export * from './endpoint.ts';
export * from './errors.ts';
export * from './find-model.ts';
export * from './json.ts';
export * from './mapping.ts';
export * from './parameters.ts';
export * from './read-reply.ts';
export * from './registry.ts';
export * from './tariff.ts';
export * from './webhook.ts';
