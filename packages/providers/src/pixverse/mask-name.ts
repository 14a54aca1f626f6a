/** A mask and the frame that it was found on: PixVerse asks for both. */
export interface MaskName {
  readonly maskId: string;
  readonly keyframe: number;
}

/**
 * One text for both, which the asset of a mask keeps as the id of what made it.
 *
 * @example maskName({ maskId: '3981', keyframe: 1 }) // '3981@1'
 */
export function maskName({ maskId, keyframe }: MaskName): string {
  return `${maskId}@${keyframe}`;
}

/** @throws TypeError for a text that {@link maskName} did not write */
export function readMaskName(name: string): MaskName {
  const at = name.lastIndexOf('@');
  const keyframe = Number(name.slice(at + 1));
  if (at < 1 || !Number.isSafeInteger(keyframe)) {
    throw new TypeError(`${name} is not the name of a mask.`);
  }
  return { maskId: name.slice(0, at), keyframe };
}
