/** The conversion of the numbers in a HEIC file to colours. */
export interface HeicColours {
  /** Share of red and of blue in brightness. */
  readonly red: number;
  readonly blue: number;
  /** Whether brightness runs from 0 to 255; otherwise from 16 to 235. */
  readonly isFullRange: boolean;
  /** Phones take pictures in this wider space; its numbers shown as sRGB would look pale. */
  readonly isDisplayP3: boolean;
}

/** Shares by the matrix numbers of ITU-T H.273: BT.709, BT.2020, and BT.601 for everything else. */
function sharesOf(matrix: number): { red: number; blue: number } {
  if (matrix === 1) {
    return { red: 0.2126, blue: 0.0722 };
  }
  if (matrix === 9) {
    return { red: 0.2627, blue: 0.0593 };
  }
  return { red: 0.299, blue: 0.114 };
}

/**
 * Reads the `nclx` colour box. A file without one means BT.601 in full range, as libheif reads it.
 *
 * @param icc the colour profile, when there is one
 */
export function heicColours(file: Buffer, icc: Buffer | undefined): HeicColours {
  const at = file.indexOf('colrnclx', 0, 'latin1');
  const box = at >= 0 && at + 15 <= file.length ? file.subarray(at + 8, at + 15) : null;
  const primaries = box?.readUInt16BE(0) ?? 2;
  const namesDisplayP3 =
    icc !== undefined && icc.toString('latin1').replaceAll('\0', '').includes('Display P3');
  return {
    ...sharesOf(box?.readUInt16BE(4) ?? 2),
    isFullRange: box === null || ((box[6] ?? 0) & 0x80) !== 0,
    isDisplayP3: namesDisplayP3 || (icc === undefined && primaries === 12),
  };
}

/** Planes of one size, 8 bits, become RGB. Colours outside of sRGB become the nearest ones inside. */
export function planesToRgb(
  luma: Uint8Array,
  blueness: Uint8Array | null,
  redness: Uint8Array | null,
  colours: HeicColours,
): Uint8Array {
  const rgb = new Uint8Array(luma.length * 3);
  const { red, blue, isFullRange, isDisplayP3 } = colours;
  const green = 1 - red - blue;
  const [offset, lumaScale, colourScale] = isFullRange ? [0, 1, 1] : [16, 255 / 219, 255 / 224];
  const toSrgb = isDisplayP3 ? displayP3ToSrgb() : null;
  for (let at = 0; at < luma.length; at += 1) {
    const brightness = ((luma[at] ?? 0) - offset) * lumaScale;
    const fromBlue = ((blueness?.[at] ?? 128) - 128) * colourScale * 2 * (1 - blue);
    const fromRed = ((redness?.[at] ?? 128) - 128) * colourScale * 2 * (1 - red);
    const target = at * 3;
    rgb[target] = clamped(brightness + fromRed);
    rgb[target + 1] = clamped(brightness - (fromRed * red + fromBlue * blue) / green);
    rgb[target + 2] = clamped(brightness + fromBlue);
    toSrgb?.(rgb, target);
  }
  return rgb;
}

function clamped(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/** The matrix between the two spaces, for light; numbers are light by the curve of sRGB in both. */
function displayP3ToSrgb(): (rgb: Uint8Array, at: number) => void {
  const toLight = Float32Array.from({ length: 256 }, (_, value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const steps = 4_095;
  const toNumber = Uint8Array.from({ length: steps + 1 }, (_, step) => {
    const light = step / steps;
    return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
  });
  const numberOf = (light: number): number =>
    toNumber[Math.round(Math.min(1, Math.max(0, light)) * steps)] ?? 0;
  return (rgb, at) => {
    const red = toLight[rgb[at] ?? 0] ?? 0;
    const green = toLight[rgb[at + 1] ?? 0] ?? 0;
    const blue = toLight[rgb[at + 2] ?? 0] ?? 0;
    rgb[at] = numberOf(1.22494 * red - 0.22494 * green);
    rgb[at + 1] = numberOf(-0.042057 * red + 1.042057 * green);
    rgb[at + 2] = numberOf(-0.019638 * red - 0.078636 * green + 1.098274 * blue);
  };
}
