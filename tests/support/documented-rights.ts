import { readFileSync } from 'node:fs';

const guide = readFileSync(new URL('../../docs/guides/production.md', import.meta.url), 'utf8');
const section = /^## Rights\n(?<text>[\s\S]*?)^## /mu.exec(guide)?.groups?.['text'] ?? '';

/** The blocks of a language in the section on rights, in their order. */
function blocks(language: string): string[] {
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gmu'))].map(
    ([, text = '']) => text,
  );
}

function block(language: string, index: number): string {
  const text = blocks(language)[index];
  if (text === undefined) {
    throw new Error(`The guide has no block ${index} in ${language}.`);
  }
  return text;
}

/** The statements that the guide tells an administrator to paste. The words after `--` say as whom. */
export const documentedRights = {
  /** The owner of a database of its own. */
  owner: statementsOf(block('sql', 0)),
  /** A role that only runs: the first statement is for an administrator, the others for the owner. */
  app: statementsOf(block('sql', 1)),
  redis: block('redis', 0).trim().split(' '),
};

function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gmu, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
