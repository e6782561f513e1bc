import { createContext } from 'react';

/** What divides the levels of the tree of the connection that is shown: where names of topics are parted. */
export const TreeSeparator = createContext('/');
