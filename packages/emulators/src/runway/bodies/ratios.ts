// The sets of frame sizes of the API reference, written down a second time: an adapter has a table of its own.

export const landscapeOrPortrait = ['1280:720', '720:1280'];
export const veoRatios = ['1280:720', '720:1280', '1080:1920', '1920:1080'];
export const genRatios = ['1280:720', '720:1280', '1104:832', '832:1104', '960:960', '1584:672'];

const seedance480 = ['992:432', '864:496', '752:560', '640:640', '560:752', '496:864'];
const seedance720 = ['1470:630', '1280:720', '1112:834', '960:960', '834:1112', '720:1280'];
const seedance1080 = ['2206:946', '1920:1080', '1664:1248', '1440:1440', '1248:1664', '1080:1920'];
const seedance4k = ['3840:1646', '3840:2160', '3840:2880', '3840:3840', '2880:3840', '2160:3840'];

export const seedanceSmallRatios = [...seedance480, ...seedance720];
export const seedanceRatios = [...seedanceSmallRatios, ...seedance1080, ...seedance4k];
export const seedance25Ratios = [
  '992:432',
  '854:480',
  '752:560',
  '640:640',
  '560:752',
  '480:854',
  ...seedance720,
  ...seedance1080,
];
export const wanRatios = [
  '832:480',
  '720:544',
  '624:624',
  '544:720',
  '480:832',
  '1280:720',
  '1104:832',
  '960:960',
  '832:1104',
  '720:1280',
  '1920:1080',
  '1648:1248',
  '1440:1440',
  '1248:1648',
  '1080:1920',
  'auto_480p',
  'auto_720p',
  'auto_1080p',
];
export const happyHorseRatios = [
  '1280:720',
  '720:1280',
  '960:960',
  '1108:832',
  '832:1108',
  '1920:1080',
  '1080:1920',
  '1440:1440',
  '1662:1248',
  '1248:1662',
];
export const omniRatios = [
  '640:360',
  '360:640',
  '1280:720',
  '720:1280',
  '1920:1080',
  '1080:1920',
  '3840:2160',
  '2160:3840',
];
export const hailuoRatios = ['adaptive', '21:9', '16:9', '4:3', '1:1', '3:4', '9:16'];
export const grokRatios = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3'];
