/** The packages of ours that each one may import. The floor plan, as data. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  '@pixsim7/contracts': [],
  '@pixsim7/pixverse': [],
  '@pixsim7/emulators': [],
  '@pixsim7/providers': ['@pixsim7/contracts', '@pixsim7/pixverse'],
  '@pixsim7/core': ['@pixsim7/contracts', '@pixsim7/providers/contract'],
  '@pixsim7/infra': ['@pixsim7/core', '@pixsim7/contracts'],
  '@pixsim7/server': [
    '@pixsim7/contracts',
    '@pixsim7/core',
    '@pixsim7/providers',
    '@pixsim7/infra',
    '@pixsim7/emulators',
  ],
  '@pixsim7/testkit': [
    '@pixsim7/contracts',
    '@pixsim7/core',
    '@pixsim7/emulators',
    '@pixsim7/infra',
    '@pixsim7/pixverse',
    '@pixsim7/providers',
  ],
};

/** Narrower than the table: what may be imported only below one folder. */
export const onlyBelow: Readonly<Record<string, string>> = {
  '@pixsim7/emulators': 'apps/server/src/sandbox/',
};

/** Names of providers. */
export const providerNames = ['pixverse', 'runway', 'pika'] as const;
export type ProviderName = (typeof providerNames)[number];

/** Places of production code that know every provider: the list of adapters, the emulators, their conformance. */
export const placesOfAll: readonly RegExp[] = [
  /^packages\/providers\/src\/(index|register-default-providers)\.ts$/u,
  /^packages\/emulators\//u,
  /^packages\/testkit\/src\/conformance\//u,
  /^packages\/testkit\/src\/benchmarks\/(?:bench|bytes-per-job|embedded)\//u,
];

/** Places that know one of them. */
export const placesOfOne: Readonly<Record<ProviderName, readonly string[]>> = {
  pixverse: ['packages/pixverse/', 'packages/providers/src/pixverse/'],
  runway: ['packages/providers/src/runway/'],
  pika: ['packages/providers/src/pika/'],
};
