// Files in one S3 bucket. They are written while they are made, in parts, so that none has to fit into memory, and are never changed.
// Source: S3 User Guide, "Uploading and copying objects using multipart upload". A file that was not finished is not there; what was
// uploaded of it is deleted by the bucket's lifecycle.
import { createHash } from 'node:crypto';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { FileError } from './file-error.ts';

/** The smallest part that S3 takes but for the last. Bytes. */
const PART = 5 * 1024 * 1024;

export interface Written {
  readonly bytes: number;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

export interface Files {
  /**
   * Writes a file from its pieces, one part after the other: the next pieces are asked for when there is room for them.
   * @throws FileError, and whatever the pieces throw: then there is no file
   */
  readonly write: (name: string, type: string, pieces: AsyncIterable<string | Uint8Array>) => Promise<Written>;
  /** Whether or not it is there. */
  readonly remove: (name: string) => Promise<void>;
}

/** Pieces, put together until they are as long as a part has to be. One at least, however empty. */
async function* partsOf(pieces: AsyncIterable<string | Uint8Array>, partBytes: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let parts = 0;
  for await (const piece of pieces) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    held.push(buffer);
    bytes += buffer.length;
    if (bytes < partBytes) continue;
    yield Buffer.concat(held, bytes);
    parts += 1;
    held = [];
    bytes = 0;
  }
  if (bytes > 0 || parts === 0) yield Buffer.concat(held, bytes);
}

const fault = (cause: unknown): never => {
  throw new FileError('the bucket did not answer', { cause });
};

/** @param partBytes S3 takes no less than {@link PART} */
export function makeFiles(client: S3Client, bucket: string, partBytes = PART): Files {
  const addressed = (name: string) => ({ Bucket: bucket, Key: name });

  /** A crash within, or a fault, leaves parts that nobody sees: the bucket's lifecycle deletes them. */
  const writeInParts = async (name: string, ContentType: string, parts: AsyncIterable<Buffer>): Promise<void> => {
    const begin = new CreateMultipartUploadCommand({ ...addressed(name), ContentType });
    const { UploadId } = await client.send(begin).catch(fault);
    const upload = { ...addressed(name), UploadId };
    const Parts: CompletedPart[] = [];
    for await (const Body of parts) {
      const PartNumber = Parts.length + 1;
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body })).catch(fault);
      Parts.push({ PartNumber, ETag });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })).catch(fault);
  };

  const write: Files['write'] = async (name, ContentType, pieces) => {
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const part of partsOf(pieces, partBytes)) {
        digest.update(part);
        bytes += part.length;
        yield part;
      }
    };
    const parts = counted();
    const { value: first } = await parts.next();
    // Shorter than a part: it is the last one.
    if (first === undefined || first.length < partBytes) {
      await client.send(new PutObjectCommand({ ...addressed(name), ContentType, Body: first ?? '' })).catch(fault);
    } else {
      await writeInParts(name, ContentType, following(first, parts));
    }
    return { bytes, sha256: digest.digest('hex') };
  };

  return {
    write,
    remove: async (name) => {
      await client.send(new DeleteObjectCommand(addressed(name))).catch(fault);
    },
  };
}

async function* following<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}
