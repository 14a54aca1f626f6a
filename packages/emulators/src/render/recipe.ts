/**
 * The content of a video, as data. A recipe is stored with its generation, so a lost file is rendered again, and an
 * extended video is its source's segments followed by one more.
 */
export interface Recipe {
  readonly width: number;
  readonly height: number;
  /** The claimed maker of the video, drawn in the top left corner. */
  readonly label: string;
  /** Adds a track of silence; left out is a silent film. */
  readonly hasSound?: boolean;
  readonly segments: readonly Segment[];
}

export type Segment = { readonly seconds: number; readonly caption: string } & Scene;

/** Pictures are names of files in the renderer's picture directory. */
export type Scene =
  | { readonly kind: 'gradient' }
  | { readonly kind: 'picture'; readonly picture: string }
  | { readonly kind: 'crossfade'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'composition';
      readonly background: string | null;
      readonly subjects: readonly string[];
    }
  | { readonly kind: 'placeholder' };

/** The names of all pictures that a recipe draws, without repeats. */
export function picturesOf(recipe: Recipe): string[] {
  return [...new Set(recipe.segments.flatMap(picturesOfScene))];
}

function picturesOfScene(scene: Scene): readonly string[] {
  switch (scene.kind) {
    case 'gradient':
    case 'placeholder':
      return [];
    case 'picture':
      return [scene.picture];
    case 'crossfade':
      return [scene.from, scene.to];
    case 'composition':
      return scene.background === null ? scene.subjects : [scene.background, ...scene.subjects];
  }
}

/** Length in seconds. */
export function durationOf(recipe: Recipe): number {
  return recipe.segments.reduce((total, segment) => total + segment.seconds, 0);
}

// Encoding costs about 6 ms a frame at 640x360, 15 ms at 1024x576 and 55 ms at 1920x1080 on one core; these rates keep 8 s
// of 1080p around three seconds. Whole frames a second divide every whole-second length exactly.
const frameRates: readonly { readonly upToPixels: number; readonly frameRate: number }[] = [
  { upToPixels: 300_000, frameRate: 10 },
  { upToPixels: 1_200_000, frameRate: 8 },
  { upToPixels: Infinity, frameRate: 6 },
];

/** Frames a second; at most `maxFrameRate` where that leaves the length exact. */
export function frameRateOf(recipe: Recipe, maxFrameRate = Infinity): number {
  const pixels = recipe.width * recipe.height;
  const frameRate = frameRates.find(({ upToPixels }) => pixels <= upToPixels)?.frameRate ?? 1;
  return Number.isInteger(durationOf(recipe) * maxFrameRate) ? Math.min(frameRate, maxFrameRate) : frameRate;
}

// A drawn pixel becomes a square of `pixelScale` encoded pixels. Drawing runs on the main thread, so it is kept to about
// 60 000 pixels a frame for graphics; photographs would look broken at that size and get four times as many or more.
const pixelsOfAMediumVideo = 600_000;

export function pixelScaleOf(recipe: Recipe): 1 | 2 | 4 {
  const medium = recipe.width * recipe.height <= pixelsOfAMediumVideo;
  if (picturesOf(recipe).length > 0) {
    return medium ? 1 : 2;
  }
  return medium ? 2 : 4;
}
