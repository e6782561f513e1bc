import { useRef, type KeyboardEvent } from 'react';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { classes } from '../../ui/base/classes.ts';
import { Icon } from '../../ui/base/icon.tsx';
import {
  certificateName,
  validityShort,
  validityWords,
  type CertificateNode,
  type CertificateTree as Tree,
} from './certificate-labels.ts';

const ICONS = { ok: CircleCheck, warn: TriangleAlert, err: CircleAlert, mut: CircleCheck } as const;

interface CertificateTreeProps {
  readonly tree: Tree;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

/** An ARIA tree, always unfolded: one tab stop, the arrows move and select. */
export function CertificateTree({ tree, selected, onSelect }: CertificateTreeProps) {
  const list = useRef<HTMLDivElement>(null);
  const { nodes, label } = tree;
  const at = nodes.findIndex(({ id }) => id === selected);
  const go = (node: CertificateNode | undefined) => {
    if (node === undefined) return;
    onSelect(node.id);
    list.current?.querySelector<HTMLElement>(`[data-node=${CSS.escape(node.id)}]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = nodes[at];
    if (here === undefined) return;
    const targets: Readonly<Record<string, CertificateNode | undefined>> = {
      ArrowDown: nodes[at + 1],
      ArrowUp: nodes[at - 1],
      Home: nodes[0],
      End: nodes.at(-1),
      ArrowLeft: nodes.find(({ id }) => id === here.parent),
      ArrowRight: nodes.find(({ parent }) => parent === here.id),
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    go(targets[event.key]);
  };
  return (
    <div className="cert-branch">
      <h3 className="cert-branch-title">{label}</h3>
      <div ref={list} role="tree" aria-label={label} onKeyDown={onKeyDown}>
        {nodes.map((node, index) => (
          <div
            key={node.id}
            role="treeitem"
            data-node={node.id}
            aria-level={node.level}
            aria-selected={node.id === selected}
            tabIndex={node.id === selected || (at < 0 && index === 0) ? 0 : -1}
            className={classes('cert-node', node.id === selected && 'cert-node-on')}
            style={{ paddingLeft: 8 + (node.level - 1) * 16 }}
            onClick={() => go(node)}
            onFocus={() => {
              if (node.id !== selected) onSelect(node.id);
            }}
          >
            <NodeFace node={node} />
          </div>
        ))}
      </div>
    </div>
  );
}

function NodeFace({ node: { certificate } }: { readonly node: CertificateNode }) {
  const { tone, words } = validityWords(certificate);
  return (
    <>
      <Icon of={ICONS[tone]} size={14} className={`tone-${tone}`} />
      <bdi className="cut">{certificateName(certificate)}</bdi>
      <span className="cert-node-days tabular" title={words}>
        {validityShort(certificate)}
      </span>
    </>
  );
}
