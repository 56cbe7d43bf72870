# Step: keys
# The private key stays with the service; the public half is what it publishes.
set -eu
umask 077
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "${KEY_FILE:-key.pem}"
openssl pkey -in "${KEY_FILE:-key.pem}" -pubout
