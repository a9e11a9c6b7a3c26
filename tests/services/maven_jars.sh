# Shared by the scripts of servers that are made of jars; sourced after service.sh, never run.
# shellcheck shell=bash

# fetch_jars FOLDER GROUP:ARTIFACT:VERSION...: the artifacts, and all they need to run, from the repository that Maven is set
# up for. Two runs at once download it once; a half-done download is never taken for a whole one.
fetch_jars() {
  local folder=$1 part=$1.part
  shift
  [ ! -d "$folder" ] || return 0
  mkdir -p "$(dirname "$folder")"
  exec 9>"$folder.lock"
  flock 9
  if [ ! -d "$folder" ]; then
    rm -rf "$part"
    mkdir -p "$part"
    write_pom "$@" >"$part/pom.xml"
    mvn -q -B -f "$part/pom.xml" dependency:copy-dependencies -DoutputDirectory="$part/jars" -DincludeScope=runtime >"$folder.log" 2>&1 ||
      { tail -n 15 "$folder.log" >&2; fail "Maven could not fetch $*; see $folder.log"; }
    mv "$part/jars" "$folder"
    rm -rf "$part"
  fi
  exec 9>&-
}

write_pom() {
  local artifact group name version
  echo "<project><modelVersion>4.0.0</modelVersion>"
  echo "<groupId>connector-host.tests</groupId><artifactId>$SERVICE</artifactId><version>1</version><packaging>pom</packaging><dependencies>"
  for artifact in "$@"; do
    IFS=: read -r group name version <<<"$artifact"
    echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
  done
  echo "</dependencies></project>"
}
