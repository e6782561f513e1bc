import { useEffect, useState } from 'react';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import { MAX_PIECE } from '../../../../src-main/contract/decoding/decoder-calls.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';

interface DecodedImageProps {
  readonly session: ConnectionSession;
  readonly decoded: Decoded;
}

/** A picture, from bytes that were read piece by piece. As an image nothing in an SVG runs, and it loads nothing. */
export function DecodedImage({ session, decoded }: DecodedImageProps) {
  const { id, image, stages } = decoded;
  const [url, setUrl] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stage = stages.length - 1;
  const type = image?.type ?? '';
  useEffect(() => {
    let made: string | null = null;
    let isOver = false;
    void readAll(session, id, stage, () => isOver).then((read) => {
      if (isOver) return;
      // What was wrong with the picture before says nothing of this one, nor shows that one what is wrong now.
      setProblem(typeof read === 'string' ? read : null);
      made = typeof read === 'string' ? null : URL.createObjectURL(new Blob(read, { type }));
      setUrl(made);
    });
    return () => {
      isOver = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [session, id, stage, type]);
  if (image === null) return null;
  const words = `${image.type.slice(6)}, ${image.width} × ${image.height}`;
  return (
    <div className="decoder-image">
      {problem === null ? null : <p className="insp-note">{problem}</p>}
      {url === null ? null : (
        <img
          src={url}
          alt={`Payload: ${words}`}
          width={image.width}
          height={image.height}
          style={{ height: 'auto' }}
          onError={() => setProblem('The image is damaged: it cannot be drawn. Hex shows its bytes.')}
        />
      )}
    </div>
  );
}

/**
 * The pieces, or what is wrong.
 * @param isOver nobody waits for it any more
 */
async function readAll(
  session: ConnectionSession,
  id: string,
  stage: number,
  isOver: () => boolean,
): Promise<Uint8Array<ArrayBuffer>[] | string> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (let offset = 0, total = 1; offset < total && !isOver();) {
      const piece = await session.client.call('decodedBytes', { id, stage, offset, length: MAX_PIECE });
      if (piece.kind === 'failed') return piece.message;
      pieces.push(piece.bytes);
      total = piece.total;
      offset += piece.bytes.length;
      if (piece.bytes.length === 0) break;
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return pieces;
}
