import {
  ADTS,
  FilePathSource,
  FLAC,
  Input,
  MP3,
  MP4,
  OGG,
  QTFF,
  QuickTimeInputFormat,
  WAVE,
  WEBM,
} from 'mediabunny';
import type { InputFormat } from 'mediabunny';
import type { RecordingFormat } from '../start-of-file.ts';

/**
 * QuickTime files from before 2001 begin with their boxes and do not name their format, which mediabunny 1.61 asks for. The
 * caller has looked at the boxes. `_canReadInput` is internal to mediabunny; the test of `no-ftyp.mov` notices when it changes.
 */
class NamelessQuickTime extends QuickTimeInputFormat {
  async _canReadInput(): Promise<boolean> {
    return true;
  }
}

/** HLS is left out on purpose: its files name other files and URLs, which the reader would open. */
const formats: Readonly<Record<RecordingFormat, readonly InputFormat[]>> = {
  mp4: [MP4, QTFF],
  mov: [QTFF, MP4, new NamelessQuickTime()],
  webm: [WEBM],
  mp3: [MP3],
  wav: [WAVE],
  // Both begin with the same eleven bits.
  aac: [ADTS, MP3],
  flac: [FLAC],
  ogg: [OGG],
};

// The default of 8 MB is for readers that come back to what they read.
const cacheBytes = 2 * 1024 ** 2;

/** A video or audio file that is open for reading; close it with `dispose`. */
export function openRecording(path: string, format: RecordingFormat): Input {
  return new Input({
    source: new FilePathSource(path, { maxCacheSize: cacheBytes }),
    formats: [...formats[format]],
  });
}
