# Sourced by the other scripts: installs the Debian packages that a build needs and this machine lacks.
#
# The -dev packages after libarchive are the libraries inside Debian's static libarchive, which the
# fully static worker links.

build_packages=(
  libseccomp-dev libarchive-dev libsqlite3-dev libssl-dev libcurl4-openssl-dev zlib1g-dev
  libacl1-dev libattr1-dev liblzma-dev libzstd-dev liblz4-dev libbz2-dev libxml2-dev libicu-dev
  nettle-dev libstdc++-12-dev binutils
)

# What reads what lazaret writes: for scripts/ci-tests.
ci_packages=(python3-venv git zsh fish mandoc groff)

# Programs of others that tests run.
test_packages=(clamdscan docker-registry strace)

# install_packages NAME...: installs those that are missing; needs root or sudo only if there are any.
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing: ${missing[*]}" >&2
  local run=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "these Debian packages are missing, and only root can install them: ${missing[*]}" >&2; return 1; }
    run=(sudo)
  fi
  "${run[@]}" apt-get update -qq >&2
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# require_swift: says where to get the compiler, which no Debian package brings.
require_swift() {
  command -v swift >/dev/null && return 0
  echo "Swift 6.3 is needed and 'swift' is not on the PATH: https://www.swift.org/install/linux/" >&2
  return 1
}
