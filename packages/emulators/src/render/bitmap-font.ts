// The classic 5x7 display font: five columns for each printable ASCII character, one byte a column, lowest bit on top.
// The eighth bit is the row for descenders. Written in hexadecimal, ten digits a character, from space to tilde.
const columnsInHexadecimal = [
  '0000000000 00005F0000 0007000700 147F147F14 242A7F2A12 2313086462 3649562050 0008070300', // space to '
  '001C224100 0041221C00 2A1C7F1C2A 08083E0808 0080703000 0808080808 0000606000 2010080402', // ( to /
  '3E5149453E 00427F4000 7249494946 2141494D33 1814127F10 2745454539 3C4A494931 4121110907', // 0 to 7
  '3649494936 464949291E 0000140000 0040340000 0008142241 1414141414 0041221408 0201590906', // 8 to ?
  '3E415D594E 7C1211127C 7F49494936 3E41414122 7F4141413E 7F49494941 7F09090901 3E41415173', // @ to G
  '7F0808087F 00417F4100 2040413F01 7F08142241 7F40404040 7F021C027F 7F0408107F 3E4141413E', // H to O
  '7F09090906 3E4151215E 7F09192946 2649494932 03017F0103 3F4040403F 1F2040201F 3F4038403F', // P to W
  '6314081463 0304780403 6159494D43 007F414141 0204081020 004141417F 0402010204 4040404040', // X to _
  '0003070800 2054547840 7F28444438 3844444428 384444287F 3854545418 00087E0902 18A4A49C78', // ` to g
  '7F08040478 00447D4000 2040403D00 7F10284400 00417F4000 7C04780478 7C08040478 3844444438', // h to o
  'FC18242418 18242418FC 7C08040408 4854545424 04043F4424 3C4040207C 1C2040201C 3C4030403C', // p to w
  '4428102844 4C9090907C 4464544C44 0008364100 0000770000 0041360800 0201020402', // x to ~
]
  .join(' ')
  .split(' ');

/** Columns of a character, without the gap. */
export const glyphWidth = 5;
/** Rows of a character, with the one for descenders. */
export const glyphHeight = 8;
/** From one character to the next. */
export const glyphAdvance = glyphWidth + 1;

const firstCharacter = 0x20;
const glyphs: readonly (readonly number[])[] = columnsInHexadecimal.map((digits) =>
  Array.from({ length: glyphWidth }, (_, column) =>
    Number.parseInt(digits.slice(column * 2, column * 2 + 2), 16),
  ),
);
const unknownGlyph = [0x7f, 0x41, 0x41, 0x41, 0x7f];

/** The columns of a character, lowest bit on top; a box for what the font does not have. */
export function glyphOf(character: string): readonly number[] {
  return glyphs[(character.codePointAt(0) ?? 0) - firstCharacter] ?? unknownGlyph;
}

/**
 * Breaks text between words into lines of at most `columns` characters, and words that are longer than a line within.
 * What does not fit into `rows` is cut off and the last line ends with three dots.
 */
export function wrapText(text: string, columns: number, rows: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((word) => word !== '')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= columns) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') {
      lines.push(line);
    }
    while (rest.length > columns) {
      lines.push(rest.slice(0, columns));
      rest = rest.slice(columns);
    }
    line = rest;
  }
  if (line !== '') {
    lines.push(line);
  }
  if (lines.length <= rows) {
    return lines;
  }
  const kept = lines.slice(0, rows);
  kept[rows - 1] = `${(kept[rows - 1] ?? '').slice(0, columns - 3)}...`;
  return kept;
}
