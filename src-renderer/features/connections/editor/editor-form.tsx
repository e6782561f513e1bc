import { formatCounted } from '../../../ui/base/format.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { useEffect, useState, type ReactNode, type Ref, type RefObject } from 'react';
import { CircleAlert } from 'lucide-react';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { VisuallyHidden } from '../../../ui/base/visually-hidden.tsx';
import { sectionOf, type DraftErrors, type SectionId } from '../draft/draft-check.ts';
import { shownUser, usesTls, type Draft } from '../draft/editor-draft.ts';
import { AdvancedSection } from './sections/advanced-section.tsx';
import { AuthenticationSection } from './sections/authentication-section.tsx';
import { GeneralSection } from './sections/general-section.tsx';
import type { PartProps } from './sections/part.tsx';
import { SessionSection } from './sections/session-section.tsx';
import { SubscriptionsSection } from './sections/subscriptions-section.tsx';
import { TlsSection } from './sections/tls-section.tsx';
import { WillSection } from './sections/will-section.tsx';
import { showSection } from './show-section.ts';

const SECTIONS: readonly (readonly [SectionId, string])[] = [
  ['general', 'General'],
  ['authentication', 'Authentication'],
  ['tls', 'TLS'],
  ['session', 'Session'],
  ['will', 'Last will'],
  ['subscriptions', 'Subscriptions'],
  ['advanced', 'Advanced'],
];

interface EditorFormProps extends PartProps {
  readonly hostInput: Ref<HTMLInputElement>;
  readonly onAddress: (text: string) => void;
}

/** All sections one below the other: each field can be reached, found and read at any time. */
export function EditorForm({ hostInput, onAddress, ...part }: EditorFormProps) {
  const contents: Readonly<Record<SectionId, ReactNode>> = {
    general: <GeneralSection {...part} hostInput={hostInput} onAddress={onAddress} />,
    authentication: <AuthenticationSection {...part} />,
    tls: <TlsSection {...part} />,
    session: <SessionSection {...part} />,
    will: <WillSection {...part} />,
    subscriptions: <SubscriptionsSection {...part} />,
    advanced: <AdvancedSection {...part} />,
  };
  return (
    <>
      {SECTIONS.map(([id, title]) => (
        <section key={id} className="editor-section" data-section={id} aria-label={title}>
          <h3 className="editor-head">{title}</h3>
          {contents[id]}
        </section>
      ))}
    </>
  );
}

interface EditorSectionsProps {
  readonly draft: Draft;
  readonly errors: DraftErrors;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** The parts of the form at its left: which is in sight, which has a field that is wrong. */
export function EditorSections({ draft, errors, scroller }: EditorSectionsProps) {
  const inSight = useSectionInSight(scroller);
  const wrong = new Map<SectionId, number>();
  for (const field of Object.keys(errors)) {
    const id = sectionOf(field);
    wrong.set(id, (wrong.get(id) ?? 0) + 1);
  }
  return (
    <nav className="editor-nav" aria-label="Parts of the form">
      {SECTIONS.map(([id, title]) => {
        const count = wrong.get(id) ?? 0;
        return (
          <button
            key={id}
            type="button"
            className={classes('editor-part', inSight === id && 'editor-part-current')}
            aria-current={inSight === id ? 'true' : undefined}
            onClick={() => showSection(scroller, id)}
          >
            <span className="editor-part-title">
              {title}
              {count === 0 ? null : (
                <>
                  <Icon of={CircleAlert} size={12} className="tone-err" />
                  <VisuallyHidden>{`, ${formatCounted(count, 'field')} to correct`}</VisuallyHidden>
                </>
              )}
            </span>
            <span className="editor-part-detail cut">{escapeUnsafe(detailOf(id, draft))}</span>
          </button>
        );
      })}
    </nav>
  );
}

/** The section at the top of the scroller; at its very end the last one. */
function useSectionInSight(scroller: RefObject<HTMLElement | null>): SectionId {
  const [inSight, setInSight] = useState<SectionId>('general');
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const look = () => {
      const top = box.getBoundingClientRect().top + 60;
      const sections = [...box.querySelectorAll<HTMLElement>('[data-section]')];
      const atEnd = box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
      const shown = atEnd
        ? sections.at(-1)
        : sections.findLast((section) => section.getBoundingClientRect().top <= top);
      const id = SECTIONS.find(([known]) => known === shown?.dataset['section'])?.[0];
      setInSight(id ?? 'general');
    };
    box.addEventListener('scroll', look, { passive: true });
    return () => box.removeEventListener('scroll', look);
  }, [scroller]);
  return inSight;
}

function userDetail(draft: Draft): string {
  return draft.username === '' ? 'none' : (shownUser(draft) ?? 'username only');
}

function detailOf(id: SectionId, draft: Draft): string {
  switch (id) {
    case 'general':
      return draft.host.trim() === '' || draft.protocol === 'unix'
        ? draft.protocol
        : `${draft.protocol}, port ${draft.port}`;
    case 'authentication':
      return userDetail(draft);
    case 'tls':
      return tlsDetail(draft);
    case 'session':
      return `${draft.cleanStart ? 'clean start' : 'resumes'}, ${draft.keepAlive} s`;
    case 'will':
      return draft.will.on ? displayTopic(draft.will.topic) : 'none';
    case 'subscriptions':
      return draft.subscriptions.map(({ filter }) => filter).join(', ') || 'none';
    case 'advanced':
      return draft.proxy.kind === 'none' ? 'no proxy' : `proxy ${draft.proxy.host}`;
  }
}

function tlsDetail({ protocol, tls }: Draft): string {
  if (!usesTls(protocol)) return 'not used';
  if (!tls.verify) return 'not verified';
  const { chain, dates, hostName } = tls.checks;
  if (!(chain && dates && hostName)) return 'partly verified';
  return tls.cert === '' && tls.pfx === '' ? 'server verified' : 'client certificate';
}
