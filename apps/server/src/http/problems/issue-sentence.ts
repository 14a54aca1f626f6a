import type { z } from 'zod';
import { didYouMean } from '@pixsim7/contracts';

type Issue = z.core.$ZodIssue;

/** Longer lists stand in `allowed` only. */
const maxValuesNamed = 12;

/** Says in a sentence of ours what has to change about a value: no words of the library that checked it. */
export function issueSentence(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (!isOfLibrary(issue.message)) {
        return asSentence(issue.message);
      }
      return `Must be ${typeNames[issue.expected] ?? `a ${issue.expected}`}.`;
    case 'too_big':
      return `Must ${boundVerb(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}.`;
    case 'too_small':
      return isNotEmpty(issue)
        ? 'Must not be empty.'
        : `Must ${boundVerb(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}.`;
    case 'invalid_value':
      return `${oneOf(issue.values.map(String))}${nearOf(given, issue)}`;
    case 'not_multiple_of':
      return `Must be a multiple of ${issue.divisor}.`;
    case 'invalid_key':
    case 'invalid_element':
      return `The name ${String(issue.path.at(-1) ?? '')} is not allowed here.${innerSentences(issue, given)}`;
    case 'invalid_union':
      return 'Matches none of the forms that are allowed here.';
    case 'unrecognized_keys':
      return `Unknown field ${issue.keys.join(', ')}.`;
    case 'invalid_format':
    case 'custom':
      return isOfLibrary(issue.message)
        ? 'Does not match the form that is allowed here.'
        : asSentence(issue.message);
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** A list in a query arrives as one text. */
function nearOf(given: unknown, { values, path }: Extract<Issue, { code: 'invalid_value' }>): string {
  const last = path.at(-1);
  const entry = typeof given === 'string' && typeof last === 'number' ? given.split(',')[last] : given;
  return typeof entry === 'string' ? didYouMean(entry, values.map(String)) : '';
}

function boundVerb(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be';
}

function unitOf(origin: string): string {
  if (origin === 'string') {
    return ' characters';
  }
  return origin === 'array' ? ' entries' : '';
}

function isNotEmpty(issue: Extract<Issue, { code: 'too_small' }>): boolean {
  return (issue.origin === 'string' || issue.origin === 'array') && Number(issue.minimum) === 1;
}

function oneOf(values: readonly string[]): string {
  if (values.length > maxValuesNamed) {
    return 'Is none of the allowed values.';
  }
  return values.length === 1 ? `Must be ${values[0]}.` : `Must be one of ${values.join(', ')}.`;
}

function innerSentences(
  issue: Extract<Issue, { code: 'invalid_key' | 'invalid_element' }>,
  given: unknown,
): string {
  return issue.issues.map((inner) => ` ${issueSentence(inner, given)}`).join('');
}

/** The words that the library uses when a schema brings none of its own. */
function isOfLibrary(message: string): boolean {
  return message.startsWith('Invalid');
}

function asSentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
