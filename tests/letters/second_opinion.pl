# Prints what Sisimai reads in each file named on the standard input: one JSON object a line.
use strict;
use warnings;
use Sisimai;
use JSON::PP;

my $json = JSON::PP->new->canonical->utf8;
while( my $file = <STDIN> ) {
    chomp $file;
    my $readings = eval {
        local $SIG{ALRM} = sub { die "too long\n" };
        alarm 20;
        my $made = Sisimai->make($file, 'delivered' => 1, 'vacation' => 1);
        alarm 0;
        $made;
    };
    print $json->encode({'file' => $file, 'reasons' => [map { $_->reason } @{ $readings || [] }]}), "\n";
}
