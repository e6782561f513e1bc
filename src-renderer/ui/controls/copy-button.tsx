import { useEffect, useState } from 'react';
import { Check, X, type LucideIcon } from 'lucide-react';
import { IconButton } from './button.tsx';
import './copy-button.css';

/** How long the button shows that it worked, and words say that it did not (ms). */
const SHOWN_MS = 1_600;
const REFUSED_MS = 6_000;

interface CopyButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  /** Answers what was done, in words; rejects with the reason. */
  readonly copy: () => Promise<string>;
}

/** Copies, and says for a moment whether it worked: by its icon and to screen readers, and where not in words. */
export function CopyButton({ label, icon, keys, copy }: CopyButtonProps) {
  const [result, setResult] = useState<{ readonly ok: boolean; readonly words: string } | null>(null);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), result.ok ? SHOWN_MS : REFUSED_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const run = () => {
    copy().then(
      (words) => setResult({ ok: true, words }),
      (error: unknown) =>
        setResult({ ok: false, words: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <span className="copy-button">
      <IconButton
        small
        label={label}
        {...(keys === undefined ? {} : { keys })}
        icon={result === null ? icon : result.ok ? Check : X}
        title={result?.words ?? label}
        onClick={run}
      />
      <output className={result?.ok === false ? 'copy-refused' : 'visually-hidden'}>
        {result?.words ?? ''}
      </output>
    </span>
  );
}
