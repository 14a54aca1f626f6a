/** The domain: rules, services, worker steps, and the ports they need. */
export * from './model/index.ts';
export * from './ports/index.ts';
