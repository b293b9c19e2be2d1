// A page that waits for something looks again by itself; without this script its link does the same.
setTimeout(() => location.reload(), 2000);
