// The control of what a process costs while nothing happens: a Node that waits.
process.on('message', () => undefined);
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'idle' });
