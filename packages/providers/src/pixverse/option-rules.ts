import type { JobParameters, ProblemField } from '@pixsim7/contracts';
import { modelFacts } from './models.ts';
import type { PixverseModel } from './models.ts';

const decimal = /^(?:0|[1-9]\d*)$/;

/**
 * An id that is small enough for a JSON number may be given as one; it becomes the decimal string that stands for an id
 * everywhere else.
 */
export function normaliseTemplateId(params: JobParameters): JobParameters {
  const template = params.provider_options?.['template_id'];
  if (!Number.isSafeInteger(template)) {
    return params;
  }
  return { ...params, provider_options: { ...params.provider_options, template_id: String(template) } };
}

/** Rules between PixVerse's own options, and between them and the parameters. */
export function checkOptions(model: PixverseModel, values: JobParameters): ProblemField[] {
  const options = values.provider_options ?? {};
  const issues: ProblemField[] = [];
  const template = options['template_id'];
  if (typeof template === 'string' && !decimal.test(template)) {
    issues.push(issueOf('template_id', 'wrong_type', 'Must be the decimal digits of a template id.'));
  }
  if (template !== undefined && values.camera_movement !== undefined) {
    issues.push({
      pointer: '/params/camera_movement',
      code: 'not_supported',
      detail: 'A template brings its own camera; leave camera_movement out.',
    });
  }
  const offersSound = modelFacts[model].inlineSound || template !== undefined;
  for (const name of ['sound_effect_switch', 'sound_effect_content']) {
    if (options[name] !== undefined && !offersSound) {
      issues.push(issueOf(name, 'not_supported', `${model} makes sound effects with a template_id only.`));
    }
  }
  if (options['sound_effect_content'] !== undefined && options['sound_effect_switch'] !== true) {
    issues.push(
      issueOf('sound_effect_switch', 'required', 'Must be true for sound_effect_content to count.'),
    );
  }
  return [...issues, ...speechIssues(options)];
}

function speechIssues(options: Readonly<Record<string, unknown>>): ProblemField[] {
  const speech = ['lip_sync_tts_switch', 'lip_sync_tts_content', 'lip_sync_tts_speaker_id'];
  if (options['lip_sync_tts_switch'] === false && options['lip_sync_tts_content'] === undefined) {
    return [];
  }
  if (speech.every((name) => options[name] === undefined)) {
    return [];
  }
  return speech
    .filter((name) => options[name] === undefined || options[name] === false || options[name] === '')
    .map((name) => issueOf(name, 'required', 'Speech needs the switch, the text and the speaker together.'));
}

function issueOf(name: string, code: string, detail: string): ProblemField {
  return { pointer: `/params/provider_options/${name}`, code, detail };
}

/** Why the table does not tell the price of a job with these options, or null when it does. */
export function unpricedBecause(values: JobParameters): string | null {
  const options = values.provider_options ?? {};
  if (options['template_id'] !== undefined) {
    return 'An effect has a length and a price of its own.';
  }
  if (options['sound_effect_switch'] === true || options['lip_sync_tts_switch'] === true) {
    return 'The price list does not say what sound costs inside a generation.';
  }
  return null;
}
