// node .ci/extract.mjs ARCHIVE.zip ENTRY DESTINATION: one file out of a zip, for machines without unzip.
import { readFileSync, writeFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const [archive, wanted, destination] = process.argv.slice(2);
const zip = readFileSync(archive);

const endOfDirectory = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
if (endOfDirectory < 0) {
  throw new Error(`${archive} is not a zip file`);
}

let at = zip.readUInt32LE(endOfDirectory + 16);
for (let left = zip.readUInt16LE(endOfDirectory + 10); left > 0; left--) {
  const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset));
  const local = zip.readUInt32LE(at + 42);
  const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
  if (name === wanted) {
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(start, start + size);
    writeFileSync(destination, method === 0 ? data : inflateRawSync(data), { mode: 0o755 });
    process.exit(0);
  }

  at += 46 + nameLength + extraLength + commentLength;
}

throw new Error(`${archive} has no entry ${wanted}`);
