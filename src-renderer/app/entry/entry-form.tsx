import { useState } from 'react';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { BrowserEntry } from '../../state/engine/engine.ts';
import { Button } from '../../ui/controls/button.tsx';
import { SecretField } from '../../ui/controls/secret-field.tsx';

/** Of the command line's own bound. */
const MAX_TOKEN = 512;

/** Lets this page in by the access token. */
export function EntryForm({ entry }: { readonly entry: BrowserEntry }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Failure | null>(null);

  const enter = async () => {
    setBusy(true);
    setProblem(await entry.enter(token.trim()));
    setBusy(false);
  };

  return (
    <form
      className="entry-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '' && !busy) void enter();
      }}
    >
      <SecretField
        label="Access token"
        reveals="token"
        mono
        autoFocus
        maxLength={MAX_TOKEN}
        value={token}
        onChange={(text) => {
          setToken(text);
          setProblem(null);
        }}
        hint="Given at the start by --token, --token-file or TOPICSCOPE_TOKEN."
        error={problem === null ? null : `${problem.message} ${problem.advice}`}
      />
      <Button large variant="primary" type="submit" disabled={token.trim() === '' || busy}>
        {busy ? 'Opening' : 'Open'}
      </Button>
    </form>
  );
}

/** The ways in that need no token. */
export function OtherWays() {
  return (
    <ul className="entry-ways">
      <li>
        In a window that is open: run <b>Open another window</b> from its commands.
      </li>
      <li>
        In the terminal where Topicscope runs: press <b>Enter</b>. It prints an address that works once.
      </li>
    </ul>
  );
}
