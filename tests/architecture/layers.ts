/** Which of our packages each one may import. The floor plan, as data. */
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

/** Names of providers, and the only places of production code where they may stand. */
export const providerNames = ['pixverse', 'runway', 'pika'] as const;
export const providerPlaces: readonly RegExp[] = [
  /^packages\/pixverse\//u,
  /^packages\/providers\/src\/(pixverse|runway|pika)\//u,
  /^packages\/providers\/src\/(index|register-default-providers)\.ts$/u,
  /^packages\/emulators\//u,
  /^packages\/testkit\/src\/conformance\//u,
];
