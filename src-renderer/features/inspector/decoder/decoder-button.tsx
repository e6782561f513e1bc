import { ChevronDown, ChevronUp } from 'lucide-react';
import { useStore } from 'zustand';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { chainWords } from './decoder-labels.ts';
import './decoder.css';

interface DecoderButtonProps {
  readonly reader: DecodedReader;
  /** Id of the region that it opens. */
  readonly controls: string;
}

/** Says how the message is decoded, and opens the choice. */
export function DecoderButton({ reader, controls }: DecoderButtonProps) {
  const { open, shown, problem, chosen } = useStore(reader.store);
  const words = problem !== null ? 'failed' : chainWords(shown?.decoded ?? null, chosen);
  return (
    <button
      type="button"
      className="button button-plain decoder-button"
      aria-label={`Decoder: ${words}`}
      aria-expanded={open}
      aria-controls={open ? controls : undefined}
      onClick={() => reader.setOpen(!open)}
    >
      <span className="cut">{words}</span>
      <Icon of={open ? ChevronUp : ChevronDown} size={14} />
    </button>
  );
}
