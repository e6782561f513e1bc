import { describe, expect, test } from 'vitest';
import { readImage, readSvg } from '../../../../src-main/decoding/formats/image.ts';
import { bytesOf } from '../../../support/decoding.ts';

const RIFF = '52494646 00000000 57454250';

describe('The size of an image', () => {
  test.each([
    ['PNG', '89504e470d0a1a0a 0000000d 49484452 00000140 000000f0', 'image/png', 320, 240],
    ['GIF', '474946383961 4001 f000', 'image/gif', 320, 240],
    ['JPEG', 'ffd8 ffe0 0004 4a46 ffff c0 0011 08 00f0 0140', 'image/jpeg', 320, 240],
    ['progressive JPEG', 'ffd8 ffc4 0003 00 ffc2 0011 08 0001 0002', 'image/jpeg', 2, 1],
    ['WebP', `${RIFF} 56503820 00000000 000000 9d012a 4001 f000`, 'image/webp', 320, 240],
    ['lossless WebP', `${RIFF} 5650384c 00000000 2f 3fc13b00`, 'image/webp', 320, 240],
    ['extended WebP', `${RIFF} 56503858 00000000 00000000 3f0100 ef0000`, 'image/webp', 320, 240],
  ])('is read of %s', (_, hex, type, width, height) => {
    expect(readImage(bytesOf(hex))).toEqual({ type, width, height });
  });

  test.each([
    ['nothing', '', 'begins like none of'],
    ['a PNG that is cut off', '89504e470d0a1a0a 0000', 'missing'],
    ['a PNG without width', '89504e470d0a1a0a 0000000d 49484452 00000000 000000f0', 'no width'],
    ['a JPEG without a frame', 'ffd8 ffd9 0000', 'has no frame'],
    ['a JPEG with a segment of no length', 'ffd8 ffe0 0000', 'has no frame'],
    ['a JPEG out of step', 'ffd8 ffe0 0002 00', 'has no marker at byte 6'],
    ['a WebP without a picture', `${RIFF} 41414141 00000000`, 'has no picture'],
    ['a lossless WebP without its header', `${RIFF} 5650384c 00000000 00 3fc13b00`, 'no lossless header'],
  ])('is not read of %s, and it says why', (_, hex, words) => {
    expect(() => readImage(bytesOf(hex))).toThrow(words);
  });
});

describe('The size of an SVG', () => {
  test.each([
    ['<svg width="40" height="30px">', 40, 30],
    [`<?xml version="1.0"?>\n<svg viewBox='0 0 40 30'>`, 40, 30],
    ['<svg viewBox="0, 0, 40, 30" stroke-width="7">', 40, 30],
    ['<svg>', 300, 150],
    ['<svg viewBox="wide">', 300, 150],
  ])('%s is its own, or what a browser takes', (text, width, height) => {
    expect(readSvg(text)).toEqual({ type: 'image/svg+xml', width, height });
  });

  test.each([
    ['<g/>', 'has no <svg>'],
    ['<!doctype svg><svg>', 'declares entities'],
    ['<svg viewBox="0 0 1e9 1e9">', 'larger than what is drawn'],
  ])('%s is none', (text, words) => expect(() => readSvg(text)).toThrow(words));
});
