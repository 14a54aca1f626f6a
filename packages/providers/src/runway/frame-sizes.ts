/** The pixel ratio of a frame by quality and aspect ratio, as the API spells it. Every quality has the same aspects. */
export type FrameSizes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * A request describes its frame in one of these ways.
 *
 * - `pixels`: `ratio` in pixels
 * - `ratio_and_resolution`: `ratio` as a proportion and `resolution` beside it
 * - `resolution`: the proportion follows the picture or is the model's own
 * - `source`: all of it follows the source video
 */
export type FrameFormat =
  | { readonly kind: 'pixels'; readonly sizes: FrameSizes }
  | {
      readonly kind: 'ratio_and_resolution';
      readonly ratios: readonly string[];
      readonly resolutions: readonly string[];
    }
  | { readonly kind: 'resolution'; readonly resolutions: readonly string[] }
  | { readonly kind: 'source' };

// The sets of the API reference (SDK 4.20.1). The names of quality and aspect are ours: 1104:832 is 4:3 to within a pixel row
// of the codec's blocks, 1584:672 and 992:432 are sold as 21:9.

const hd = { '16:9': '1280:720', '9:16': '720:1280' };
const fullHd = { '16:9': '1920:1080', '9:16': '1080:1920' };

export const wideAndTall = { '720p': hd } as const satisfies FrameSizes;

export const wideAndTallTo1080p = { '720p': hd, '1080p': fullHd } as const satisfies FrameSizes;

export const sixRatios = {
  '720p': { ...hd, '4:3': '1104:832', '3:4': '832:1104', '1:1': '960:960', '21:9': '1584:672' },
} as const satisfies FrameSizes;

const seedance480 = {
  '16:9': '864:496',
  '9:16': '496:864',
  '4:3': '752:560',
  '3:4': '560:752',
  '1:1': '640:640',
  '21:9': '992:432',
};
const seedance720 = {
  ...hd,
  '4:3': '1112:834',
  '3:4': '834:1112',
  '1:1': '960:960',
  '21:9': '1470:630',
};
const seedance1080 = {
  ...fullHd,
  '4:3': '1664:1248',
  '3:4': '1248:1664',
  '1:1': '1440:1440',
  '21:9': '2206:946',
};
const seedance4k = {
  '16:9': '3840:2160',
  '9:16': '2160:3840',
  '4:3': '3840:2880',
  '3:4': '2880:3840',
  '1:1': '3840:3840',
  '21:9': '3840:1646',
};

export const seedanceTo720p = { '480p': seedance480, '720p': seedance720 } as const satisfies FrameSizes;

export const seedanceTo4k = {
  ...seedanceTo720p,
  '1080p': seedance1080,
  '4k': seedance4k,
} as const satisfies FrameSizes;

export const seedance25 = {
  '480p': { ...seedance480, '16:9': '854:480', '9:16': '480:854' },
  '720p': seedance720,
  '1080p': seedance1080,
} as const satisfies FrameSizes;

export const wan = {
  '480p': { '16:9': '832:480', '9:16': '480:832', '4:3': '720:544', '3:4': '544:720', '1:1': '624:624' },
  '720p': { ...hd, '4:3': '1104:832', '3:4': '832:1104', '1:1': '960:960' },
  '1080p': { ...fullHd, '4:3': '1648:1248', '3:4': '1248:1648', '1:1': '1440:1440' },
} as const satisfies FrameSizes;

export const happyHorse = {
  '720p': { ...hd, '4:3': '1108:832', '3:4': '832:1108', '1:1': '960:960' },
  '1080p': { ...fullHd, '4:3': '1662:1248', '3:4': '1248:1662', '1:1': '1440:1440' },
} as const satisfies FrameSizes;

export const omni = {
  '360p': { '16:9': '640:360', '9:16': '360:640' },
  '720p': hd,
  '1080p': fullHd,
  '4k': { '16:9': '3840:2160', '9:16': '2160:3840' },
} as const satisfies FrameSizes;

/** The values of `quality` and `aspect_ratio` for a format; empty where the format does not take it. */
export function choicesOf(format: FrameFormat): {
  readonly qualities: readonly string[];
  readonly aspects: readonly string[];
} {
  switch (format.kind) {
    case 'pixels': {
      const [first = {}] = Object.values(format.sizes);
      return { qualities: Object.keys(format.sizes), aspects: Object.keys(first) };
    }
    case 'ratio_and_resolution':
      return { qualities: format.resolutions, aspects: format.ratios };
    case 'resolution':
      return { qualities: format.resolutions, aspects: [] };
    case 'source':
      return { qualities: [], aspects: [] };
  }
}

/**
 * The members of the body that describe the frame.
 *
 * @throws TypeError for a quality or aspect outside of {@link choicesOf}: the parameter check comes first
 */
export function frameFields(
  format: FrameFormat,
  quality: string | undefined,
  aspect: string | undefined,
): Record<string, string> {
  switch (format.kind) {
    case 'pixels': {
      const ratio = format.sizes[quality ?? '']?.[aspect ?? ''];
      if (ratio === undefined) {
        throw new TypeError(`There is no frame of ${aspect} at ${quality}.`);
      }
      return { ratio };
    }
    case 'ratio_and_resolution':
      if (quality === undefined || aspect === undefined) {
        throw new TypeError('The frame is incomplete.');
      }
      return { ratio: aspect, resolution: quality };
    case 'resolution':
      if (quality === undefined) {
        throw new TypeError('The frame has no quality.');
      }
      return { resolution: quality };
    case 'source':
      return {};
  }
}
