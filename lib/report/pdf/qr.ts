// The QR code (ISO/IEC 18004) of an address, beside words that say the same.
import qrcode from 'qrcode-generator';
import { MARGIN, type Paper } from './paper.ts';

const SIZE = 76;

/** In the upper right corner, from `top` down; what is written next goes where it would have gone. */
export function drawQr(paper: Paper, address: string, words: string, top: number): void {
  const code = qrcode(0, 'M');
  code.addData(address);
  code.make();
  const modules = code.getModuleCount();
  const side = SIZE / modules;
  const left = MARGIN + paper.width - SIZE;
  const { doc } = paper;
  const after = doc.y;
  paper.figure(`${words}: ${address}`, () => {
    for (let row = 0; row < modules; row += 1)
      for (let column = 0; column < modules; column += 1)
        if (code.isDark(row, column)) doc.rect(left + column * side, top + row * side, side, side);
    doc.fill('#000000');
  });
  doc.y = top + SIZE + 2;
  paper.text('Caption', words, { size: 7, x: left, width: SIZE });
  doc.link(left, top, SIZE, SIZE, address);
  doc.y = Math.max(after, doc.y);
}
