# Publisher with what draws diagrams. Build: docker build -t publisher . ; run: docker run --rm -v "$PWD:/docs" publisher check docs
FROM python:3.12-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git graphviz plantuml \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 publisher
COPY . /src
RUN pip install --no-cache-dir "/src[math]" && rm -rf /src
USER 1000
WORKDIR /docs
ENTRYPOINT ["publisher"]
CMD ["--help"]
