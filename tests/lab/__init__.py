"""Our own lab: real daemons, broken one way at a time, each case with the code it must give."""
