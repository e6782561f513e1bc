import { indentOf } from './indent.ts';
import './guides.css';

/** The indentation of a row at a level from 1 on, with a line for each level above it. */
export function Guides({ level }: { readonly level: number }) {
  return <span className="guides" style={{ width: indentOf(level) }} />;
}
