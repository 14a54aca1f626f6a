import type { FusionAsset, ProblemField, Warning } from '@pixsim7/contracts';

/** "About 30 bytes" in the reference; the characters are those of the vendor's own client. */
const longestNameBytes = 30;
const namePattern = /^[A-Za-z0-9_]+(?: +[A-Za-z0-9_]+)*$/;

export interface ReferenceCheck {
  readonly issues: readonly ProblemField[];
  readonly warnings: readonly Warning[];
}

/** Checks the names of the references and that the prompt cites each of them as `@name`. */
export function checkReferences(assets: readonly FusionAsset[], prompt: string): ReferenceCheck {
  const issues = assets.flatMap((asset, index) => nameIssues(asset.name, index, assets));
  const { cited, unknown, glued } = readCitations(
    prompt,
    assets.map((asset) => asset.name),
  );
  const missing = [...new Set(assets.map((asset) => asset.name))].filter((name) => !cited.has(name));
  if (missing.length > 0) {
    issues.push({
      pointer: '/params/prompt',
      code: 'reference_not_cited',
      detail: `The prompt has to name every reference, with a space after it; missing: ${missing.map((name) => `@${name}`).join(', ')}.`,
      allowed: missing,
    });
  }
  const warnings: Warning[] = [];
  if (unknown.length > 0) {
    warnings.push({
      pointer: '/params/prompt',
      code: 'unknown_reference',
      detail: `No reference has the name ${unknown.map((name) => `@${name}`).join(', ')}.`,
    });
  }
  if (glued.length > 0) {
    warnings.push({
      pointer: '/params/prompt',
      code: 'reference_needs_space',
      detail: `PixVerse asks for a space after each name; put one after ${glued.map((name) => `@${name}`).join(', ')}.`,
    });
  }
  return { issues, warnings };
}

function nameIssues(name: string, index: number, assets: readonly FusionAsset[]): ProblemField[] {
  const pointer = `/params/fusion_assets/${index}/name`;
  if (!namePattern.test(name)) {
    return [
      {
        pointer,
        code: 'not_allowed',
        detail: 'Only letters, digits, _ and single words with spaces between.',
      },
    ];
  }
  // The allowed characters are one byte each, so characters are bytes here.
  if (name.length > longestNameBytes) {
    return [
      {
        pointer,
        code: 'too_long',
        detail: `${name.length} bytes; at most ${longestNameBytes}.`,
        allowed: { max_length: longestNameBytes },
      },
    ];
  }
  if (assets.findIndex((asset) => asset.name === name) !== index) {
    return [{ pointer, code: 'not_unique', detail: `Another reference has the name ${name}.` }];
  }
  return [];
}

interface Citations {
  readonly cited: ReadonlySet<string>;
  /** Text after an at sign that is no name. */
  readonly unknown: readonly string[];
  /** Names that something else than a space follows: PixVerse asks for the space, so they are not cited. */
  readonly glued: readonly string[];
}

function readCitations(prompt: string, names: readonly string[]): Citations {
  // The longest name first: @dog house cites "dog house" even when there is a "dog" too.
  const longestFirst = [...names].sort((left, right) => right.length - left.length);
  const cited = new Set<string>();
  const unknown = new Set<string>();
  const glued = new Set<string>();
  for (const { index } of prompt.matchAll(/@/g)) {
    const rest = prompt.slice(index + 1);
    const name = longestFirst.find(
      (candidate) => rest.startsWith(candidate) && !/^[A-Za-z0-9_]/.test(rest.slice(candidate.length)),
    );
    if (name !== undefined) {
      const isCited = rest.length === name.length || rest[name.length] === ' ';
      (isCited ? cited : glued).add(name);
    } else {
      const word = /^\w+/.exec(rest)?.[0];
      if (word !== undefined) {
        unknown.add(word);
      }
    }
  }
  return { cited, unknown: [...unknown], glued: [...glued] };
}
