// Loaded into a measured process by --import: answers over the IPC channel what the process has used so far. CPU is that
// of the whole process with every thread. Plain JavaScript, because stripping types would cost the process 20 MB.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssMb: process.memoryUsage.rss() / 1048576 });
});
process.on('disconnect', () => process.exit(0));
// The channel alone must not keep the process alive.
process.channel?.unref();
