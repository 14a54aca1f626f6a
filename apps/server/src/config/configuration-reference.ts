import type { ProviderManifest } from '@pixsim7/contracts';
import { baseUrlVariable, credentialVariable } from './account-environment.ts';
import { describeSettings } from './settings.ts';

/** The page `docs/reference/configuration.md`; a test holds the file to it. */
export function configurationReference(
  manifests: readonly Pick<ProviderManifest, 'id' | 'name' | 'credentials' | 'default_base_url'>[],
): string {
  const rows = describeSettings().map(
    ({ name, doc, shownDefault }) => `| \`${name}\` | ${doc} | ${shownDefault} |`,
  );
  const accountRows = manifests.flatMap((manifest) => [
    ...manifest.credentials.map(
      ({ name, description }) =>
        `| \`${credentialVariable(manifest.id, name)}\` | ${manifest.name}: ${description} | |`,
    ),
    `| \`${baseUrlVariable(manifest.id)}\` | ${manifest.name}: another address of its API. | ${manifest.default_base_url} |`,
  ]);
  return [
    '# Configuration',
    '',
    'Everything is set by environment variables. A wrong value stops the start and is named. This page is generated from the',
    'settings in the code.',
    '',
    '| variable | meaning | default |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Accounts from the environment',
    '',
    'When all credentials of a provider are set, an account labelled "From the environment" is made at the first start that',
    'sees them. Afterwards the account in the database counts; change it through the API.',
    '',
    '| variable | meaning | default |',
    '| --- | --- | --- |',
    ...accountRows,
    '',
  ].join('\n');
}
