import { frameAlong } from '../../media/frame-size.ts';
import type { FrameSize } from '../../media/frame-size.ts';
import type { Recipe } from '../../render/recipe.ts';
import { capabilitiesOf, limits, longSideOf, models, motionModes, qualities } from '../capabilities.ts';
import type { Model, ModelCapabilities, MotionMode, Operation, Quality } from '../capabilities.ts';
import type { SuccessMessage } from '../error-codes.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import type { ImageUpload, MaskSelection, MediaUpload, PictureFacts } from '../store.ts';
import type { Template } from '../templates.ts';

/** A request that passed validation: what it will show, what it costs. */
export interface GenerationPlan {
  readonly operation: Operation;
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Null when the caller leaves it to the provider. */
  readonly seed: number | null;
  readonly style: string;
  /** Lines of the picture by its quality's name, such as 720. */
  readonly resolution: number;
  readonly credits: number;
  readonly recipe: Recipe;
  /** Null for a video. */
  readonly picture: PictureFacts | null;
  /** Of the uploads that it uses, where it may have no prompt: trigger words are looked for in them, too. */
  readonly fileNames: readonly string[];
  readonly message: SuccessMessage;
  /** The reply's member for the price; the classic endpoints reply with nothing but the id. */
  readonly replyCredits: 'credits' | 'credit' | null;
}

/** The parts of a plan that many endpoints have no field for. */
export const planDefaults = {
  negativePrompt: '',
  seed: null,
  style: '',
  picture: null,
  fileNames: [],
  message: 'success',
  replyCredits: null,
} as const satisfies Partial<GenerationPlan>;

/** A generated video that can be a source. */
export interface SourceVideo {
  readonly recipe: Recipe;
  readonly resolution: number;
}

/** Finds what the caller's account may refer to. Each throws `PixverseRefusal` for an id that is unknown or another account's. */
export interface References {
  image(id: string): ImageUpload;
  video(id: string): SourceVideo;
  media(id: string): MediaUpload;
  /** 500070 for a template that is not activated. */
  template(id: string): Template;
  /** 400017 for a speaker that neither the provider nor the account has. */
  speaker(id: string): void;
  /** 400017 for a mask that was not selected by the account. */
  maskSelection(maskId: string): MaskSelection;
  /** By the address that an upload's reply gave. */
  imageAt(url: string): ImageUpload;
  mediaAt(url: string): MediaUpload;
  isVerifiedAudio(id: string): boolean;
}

/** Turns one endpoint's body into a plan. Throws `PixverseRefusal`. */
export type Planner = (fields: Fields, references: References) => GenerationPlan;

/** Fields that all generation endpoints share. */
export interface Basics {
  readonly model: Model;
  readonly capabilities: ModelCapabilities;
  readonly quality: Quality;
  readonly seed: number | null;
  readonly negativePrompt: string;
}

export function readBasics(fields: Fields, operation: Operation): Basics {
  const model = fields.requiredOneOf('model', models);
  const capabilities = capabilitiesOf[model];
  if (!capabilities.operations.includes(operation)) {
    throw new PixverseRefusal(400017, `model ${model} does not offer ${operation}`);
  }
  const quality = fields.requiredOneOf('quality', qualities);
  return {
    model,
    capabilities,
    quality,
    seed: readSeed(fields),
    negativePrompt: readNegativePrompt(fields),
  };
}

export function readSeed(fields: Fields): number | null {
  const seed = fields.integer('seed');
  if (seed !== null && (seed < 0 || seed > limits.largestSeed)) {
    throw new PixverseRefusal(400017, `seed is from 0 to ${limits.largestSeed}`);
  }
  return seed;
}

// The error table says 2048 characters, newer references accept 5000; the longer limit is used for both prompts.
export function readPrompt(fields: Fields): string {
  return checkedPrompt(fields.requiredText('prompt'));
}

export function checkedPrompt(prompt: string): string {
  if (Array.from(prompt).length > limits.promptCharacters) {
    throw new PixverseRefusal(400018);
  }
  return prompt;
}

function readNegativePrompt(fields: Fields): string {
  const text = fields.text('negative_prompt') ?? '';
  if (Array.from(text).length > limits.promptCharacters) {
    throw new PixverseRefusal(400019);
  }
  return text;
}

/** Whole seconds that the model offers at this quality. */
export function readDuration(fields: Fields, { model, capabilities, quality }: Basics): number {
  const duration = fields.requiredInteger('duration');
  if (!capabilities.durations.includes(duration)) {
    throw new PixverseRefusal(400017, `model ${model} has no duration ${duration}`);
  }
  if (quality === '1080p' && duration > capabilities.longestAt1080p) {
    throw new PixverseRefusal(400017, `model ${model} has no 1080p of ${duration} s`);
  }
  return duration;
}

/** `fast` makes 5 s only, and never 1080p. */
export function readMotionMode(
  fields: Fields,
  { model, capabilities, quality }: Basics,
  duration: number,
): MotionMode {
  const mode = fields.oneOf('motion_mode', motionModes);
  if (mode === null) {
    return 'normal';
  }
  if (!capabilities.motionModes.includes(mode)) {
    throw new PixverseRefusal(400017, `model ${model} has no motion_mode ${mode}`);
  }
  if (mode === 'fast' && (duration !== 5 || quality === '1080p')) {
    throw new PixverseRefusal(400017, 'motion_mode fast is for 5 s below 1080p');
  }
  return mode;
}

/** A switch that some models do not have: they refuse it when it is on. */
export function readSwitch(fields: Fields, name: string, isOffered: boolean): boolean {
  const isOn = fields.flag(name);
  if (isOn && !isOffered) {
    throw new PixverseRefusal(400017, `${name} is not offered by this model`);
  }
  return isOn;
}

export function sizeOf(quality: Quality, ratio: FrameSize): FrameSize {
  return frameAlong(longSideOf[quality], ratio);
}

export function readAspectRatio(fields: Fields, { capabilities }: Basics): FrameSize {
  return ratioOf(fields.requiredOneOf('aspect_ratio', capabilities.aspectRatios));
}

/** @param ratio such as `16:9` */
export function ratioOf(ratio: string): FrameSize {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return { width, height };
}

export function linesOf(quality: Quality): number {
  return Number.parseInt(quality, 10);
}

export function labelOf(operation: Operation, model?: Model): string {
  return ['PixVerse emulator', model, operation].filter((part) => part !== undefined).join(' ');
}
