import type { Recipe, Scene, Segment } from '../render/recipe.ts';
import { imageToVideoShapes } from './bodies/image-to-video.ts';
import { checkShape, isObject, oneOf, required } from './bodies/shape.ts';
import type { Shape } from './bodies/shape.ts';
import { textToVideoShapes } from './bodies/text-to-video.ts';
import { seedance25ExtendShape, videoToVideoShapes } from './bodies/video-to-video.ts';
import type { Caller, Emulation } from './emulation.ts';
import { frameOf } from './frame.ts';
import { resolveMedia } from './inputs.ts';
import { priceOf } from './prices.ts';
import { validationFailed } from './refusal.ts';
import type { Operation, StoredMedia } from './store.ts';

/** A request that passed validation: what it will show, what it may cost. */
export interface TaskPlan {
  readonly operation: Operation;
  readonly model: string;
  readonly prompt: string;
  readonly credits: number;
  readonly recipe: Recipe;
}

type Body = Readonly<Record<string, unknown>>;

const shapesOf: Readonly<Record<Operation, Readonly<Record<string, Shape>>>> = {
  text_to_video: textToVideoShapes,
  image_to_video: imageToVideoShapes,
  video_to_video: videoToVideoShapes,
};

/** Seconds where the body says none; with `auto` the most that is charged. */
const usualSeconds = 5;
const maxSecondsOfAuto = 10;

/** Checks a body and looks at its files. Throws `RunwayRefusal`. */
export async function planTask(
  emulation: Emulation,
  caller: Caller,
  operation: Operation,
  body: unknown,
): Promise<TaskPlan> {
  const valid = validate(operation, body);
  const model = String(valid['model']);
  const prompt = typeof valid['promptText'] === 'string' ? valid['promptText'] : '';
  const seconds = secondsOf(valid);
  const files = await filesOf(emulation, caller, valid);
  const { source } = files;
  const frame = frameOf(valid, files.firstPicture ?? source);
  const segment: Segment = { seconds, caption: prompt, ...sceneOf(files) };
  return {
    operation,
    model,
    prompt,
    credits: priceOf({ model, seconds, audio: valid['audio'] === true }),
    recipe: {
      ...frame,
      label: `Runway emulator ${model} ${operation}`,
      segments: valid['mode'] === 'extend' && source !== null ? [sourceSegment(source), segment] : [segment],
    },
  };
}

function validate(operation: Operation, body: unknown): Body {
  const shapes = shapesOf[operation];
  const model = required(oneOf(Object.keys(shapes)));
  const name = isObject(body) ? body['model'] : undefined;
  const known = typeof name === 'string' && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (!isObject(body) || known === undefined) {
    throw validationFailed(isObject(body) ? model.check(name, ['model']) : checkShape({ model }, body));
  }
  const shape = body['mode'] === 'extend' && name === 'seedance2_5' ? seedance25ExtendShape : known;
  const issues = [...checkShape({ ...shape, model }, body), ...grokIssues(body)];
  if (issues.length > 0) {
    throw validationFailed(issues);
  }
  return body;
}

/** With references it makes no more than 720p. */
function grokIssues(body: Body) {
  return body['model'] === 'grok_imagine_1_5' &&
    body['references'] !== undefined &&
    body['resolution'] === '1080p'
    ? [{ code: 'custom', path: ['resolution'], message: '1080p is not available with references' }]
    : [];
}

function secondsOf({ duration }: Body): number {
  if (duration === 'auto') {
    return maxSecondsOfAuto;
  }
  return typeof duration === 'number' ? duration : usualSeconds;
}

interface Files {
  readonly first: StoredMedia | null;
  readonly last: StoredMedia | null;
  readonly references: readonly StoredMedia[];
  readonly source: StoredMedia | null;
  /** An unstated ratio follows this picture. */
  readonly firstPicture: StoredMedia | null;
}

async function filesOf(emulation: Emulation, caller: Caller, body: Body): Promise<Files> {
  let first: StoredMedia | null = null;
  let last: StoredMedia | null = null;
  const references: StoredMedia[] = [];
  const picture = (uri: unknown, path: readonly (string | number)[]) =>
    resolveMedia(emulation, caller, String(uri), 'image', String(body['model']), path);

  const { promptImage } = body;
  if (typeof promptImage === 'string') {
    first = await picture(promptImage, ['promptImage']);
  }
  for (const [index, entry] of listed(promptImage)) {
    const file = await picture(entry['uri'], ['promptImage', index, 'uri']);
    if (entry['position'] === 'first') {
      first = file;
    } else if (entry['position'] === 'last') {
      last = file;
    } else {
      references.push(file);
    }
  }
  for (const [index, entry] of listed(body['references'])) {
    references.push(await picture(entry['uri'], ['references', index, 'uri']));
  }
  let source: StoredMedia | null = null;
  for (const member of ['videoUri', 'promptVideo']) {
    const uri = body[member];
    if (typeof uri === 'string') {
      source = await resolveMedia(emulation, caller, uri, 'video', String(body['model']), [member]);
    }
  }
  return { first, last, references, source, firstPicture: first ?? references[0] ?? null };
}

function listed(value: unknown): [number, Body][] {
  return Array.isArray(value) ? value.filter(isObject).map((entry, index) => [index, entry]) : [];
}

function sceneOf({ first, last, references }: Files): Scene {
  if (first !== null && last !== null) {
    return { kind: 'crossfade', from: first.file, to: last.file };
  }
  if (first !== null) {
    return { kind: 'picture', picture: first.file };
  }
  return references.length > 0
    ? { kind: 'composition', background: null, subjects: references.map(({ file }) => file) }
    : { kind: 'gradient' };
}

/** An uploaded video is not decoded: stripes stand for it. */
function sourceSegment({ seconds }: StoredMedia): Segment {
  return { seconds, caption: 'uploaded video', kind: 'placeholder' };
}
