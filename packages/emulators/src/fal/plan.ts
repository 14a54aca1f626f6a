import { frameAlong } from '../media/frame-size.ts';
import type { Recipe, Segment } from '../render/recipe.ts';
import { aspectRatios, durations, frames, longSideOf } from './endpoints.ts';
import type { Endpoint } from './endpoints.ts';
import { fieldsOf } from './fields.ts';
import type { Body, Fields } from './fields.ts';
import type { Picture } from './pictures.ts';
import type { Detail } from './replies.ts';

/** A body as its model understands it. */
export interface Plan {
  readonly prompt: string;
  readonly credits: number;
  /** Null when there are problems. */
  readonly recipe: Recipe | null;
  readonly problems: readonly Detail[];
}

export interface PlanSettings {
  readonly takePicture: (address: string) => Promise<Picture | string>;
  readonly sizeDivisor: number;
}

/** Validates a body as the model behind the endpoint does. */
export async function planRequest(endpoint: Endpoint, body: Body, settings: PlanSettings): Promise<Plan> {
  const fields = fieldsOf(body);
  const reading = readBody(endpoint, fields);
  const pictures: Picture[] = [];
  for (const [index, address] of reading.addresses.entries()) {
    const picture = await settings.takePicture(address);
    if (typeof picture === 'string') {
      fields.refuse(placeOf(endpoint, index), picture, 'The file could not be used.');
    } else {
      pictures.push(picture);
    }
  }
  const prompts = [reading.prompt, ...reading.transitions.map(({ prompt }) => prompt)];
  return {
    prompt: prompts.filter((prompt) => prompt !== '').join(' / '),
    credits: creditsOf(endpoint, reading),
    recipe: fields.problems.length > 0 ? null : recipeOf(endpoint, reading, pictures, settings.sizeDivisor),
    problems: fields.problems,
  };
}

interface Reading {
  readonly prompt: string;
  readonly resolution: string;
  readonly ratio: string;
  readonly duration: number;
  readonly addresses: readonly string[];
  readonly transitions: readonly { readonly seconds: number; readonly prompt: string }[];
}

function readBody(endpoint: Endpoint, fields: Fields): Reading {
  const isFrames = endpoint.kind === 'frames';
  const prompt = isFrames ? fields.text('prompt') : fields.requiredText('prompt');
  fields.text('negative_prompt');
  fields.wholeNumber('seed', 0);
  const addresses = addressesOf(endpoint, fields);
  const duration = isFrames ? 0 : fields.wholeNumber('duration', 5);
  if (!isFrames && !durations.includes(duration)) {
    fields.refuse(['duration'], 'literal_error', `Input should be ${durations.join(' or ')}`);
  }
  if (endpoint.kind === 'scenes') {
    fields.oneOf('ingredients_mode', ['precise', 'creative'], 'precise');
  }
  return {
    prompt,
    resolution: fields.oneOf('resolution', endpoint.resolutions, endpoint.defaultResolution),
    ratio: endpoint.hasAspectRatio ? fields.oneOf('aspect_ratio', aspectRatios, '16:9') : '16:9',
    duration,
    addresses,
    transitions: isFrames ? transitionsOf(fields, addresses.length - 1, prompt) : [],
  };
}

function addressesOf({ kind }: Endpoint, fields: Fields): readonly string[] {
  switch (kind) {
    case 'text':
      return [];
    case 'image':
      return [fields.requiredText('image_url')].filter((address) => address !== '');
    case 'frames':
      return fields.addresses('image_urls', frames.fewest, frames.most);
    case 'scenes':
      return fields.addresses('image_urls', 1, Infinity);
  }
}

function placeOf({ kind }: Endpoint, index: number): readonly (string | number)[] {
  return kind === 'image' ? ['image_url'] : ['image_urls', index];
}

function transitionsOf(fields: Fields, count: number, prompt: string): Reading['transitions'] {
  const items = fields.items('transitions');
  if (items === null) {
    return Array.from({ length: Math.max(0, count) }, () => ({ seconds: frames.defaultSeconds, prompt }));
  }
  if (items.length !== count) {
    fields.refuse(['transitions'], 'value_error', `${count} transitions are needed`);
  }
  const transitions = items.map((item, index) => {
    const own = fieldsOf(typeof item === 'object' && item !== null ? (item as Body) : {});
    const seconds = own.wholeNumber('duration', frames.defaultSeconds);
    const text = own.text('prompt');
    for (const { loc, type, msg } of own.problems) {
      fields.refuse(['transitions', index, ...loc.slice(1)], type, msg);
    }
    if (seconds < 1) {
      fields.refuse(['transitions', index, 'duration'], 'greater_than_equal', 'At least 1');
    }
    return { seconds, prompt: text === '' ? prompt : text };
  });
  if (secondsOf(transitions) > frames.longestSeconds) {
    fields.refuse(['transitions'], 'value_error', `Over ${frames.longestSeconds} seconds in all`);
  }
  return transitions;
}

function secondsOf(transitions: Reading['transitions']): number {
  return transitions.reduce((total, { seconds }) => total + seconds, 0);
}

/** Whole cents. Ten seconds cost twice as much as five here; fal publishes five only. */
function creditsOf(endpoint: Endpoint, { resolution, duration, transitions }: Reading): number {
  const cents = endpoint.cents[resolution] ?? 0;
  return endpoint.kind === 'frames'
    ? cents * Math.max(frames.shortestBilledSeconds, secondsOf(transitions))
    : cents * (duration / 5);
}

function recipeOf(
  endpoint: Endpoint,
  reading: Reading,
  pictures: readonly Picture[],
  divisor: number,
): Recipe {
  const [width = 16, height = 9] = endpoint.hasAspectRatio
    ? reading.ratio.split(':').map(Number)
    : [pictures[0]?.width, pictures[0]?.height];
  return {
    ...frameAlong((longSideOf[reading.resolution] ?? 1280) / divisor, { width, height }),
    label: `Pika emulator ${endpoint.id.replace('fal-ai/pika/', '')}`,
    segments: segmentsOf(endpoint, reading, pictures),
  };
}

function segmentsOf(endpoint: Endpoint, reading: Reading, pictures: readonly Picture[]): readonly Segment[] {
  const shared = { seconds: reading.duration, caption: reading.prompt };
  const files = pictures.map(({ file }) => file);
  switch (endpoint.kind) {
    case 'text':
      return [{ ...shared, kind: 'gradient' }];
    case 'image':
      return [{ ...shared, kind: 'picture', picture: files[0] ?? '' }];
    case 'scenes':
      return [{ ...shared, kind: 'composition', background: null, subjects: files }];
    case 'frames':
      return reading.transitions.map(({ seconds, prompt }, index) => ({
        kind: 'crossfade',
        seconds,
        caption: prompt,
        from: files[index] ?? '',
        to: files[index + 1] ?? '',
      }));
  }
}
