/// `pickle.dumps(value, protocol)` of arrays and scalars by NumPy 1.26.4 and 2.4.6.
enum NumpyArrays {
  static let samples: [Sample] = [
    Sample(
      "integers, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAksDhnEKY251bXB5CmR0eXBlCnELWAIAAABp"
        + "OHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05OTkr/////Sv////9LAHRxEGKJaANYMAAAAAAAAAAAAAAAAQAAAAAAAAACAAAAAAAA"
        + "AAMAAAAAAAAABAAAAAAAAAAFAAAAAAAAAHERaAWGcRJScRN0cRRiLg=="),
    Sample(
      "fortran order, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAksDhnEKY251bXB5CmR0eXBlCnELWAIAAABm"
        + "OHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05OTkr/////Sv////9LAHRxEGKIaANYMQAAAAAAAAAAAAAAAAAAAAAACEAAAAAAAADD"
        + "sD8AAAAAAAAQQAAAAAAAAABAAAAAAAAAFEBxEWgFhnESUnETdHEUYi4="),
    Sample(
      "empty, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAEsDhnEKY251bXB5CmR0eXBlCnELWAIAAABm"
        + "OHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05OTkr/////Sv////9LAHRxEGKJY19fYnVpbHRpbl9fCmJ5dGVzCnERKVJxEnRxE2Iu"
    ),
    Sample(
      "no dimensions, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwEpY251bXB5CmR0eXBlCnEKWAIAAABmOHELiYiH"
        + "cQxScQ0oSwNYAQAAADxxDk5OTkr/////Sv////9LAHRxD2KJaANYCAAAAAAAAAAAAAxAcRBoBYZxEVJxEnRxE2Iu"),
    Sample(
      "objects, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLA4VxCmNudW1weQpkdHlwZQpxC1gCAAAATzhx"
        + "DImIh3ENUnEOKEsDWAEAAAB8cQ9OTk5K/////0r/////Sz90cRBiiV1xEShYAQAAAGFxEk59cRNYAQAAAGtxFEsBc2V0cRVi"
        + "Lg=="),
    Sample(
      "texts, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAoVxCmNudW1weQpkdHlwZQpxC1gCAAAAVTJx"
        + "DImIh3ENUnEOKEsDWAEAAAA8cQ9OTk5LCEsESwh0cRBiiWgDWBAAAABhAAAAYgAAAGMAAAAAAAAAcRFoBYZxElJxE3RxFGIu"
    ),
    Sample(
      "bytes, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAoVxCmNudW1weQpkdHlwZQpxC1gCAAAAUzJx"
        + "DImIh3ENUnEOKEsDWAEAAAB8cQ9OTk5LAksBSwB0cRBiiWgDWAUAAABhYmPDv3ERaAWGcRJScRN0cRRiLg=="),
    Sample(
      "structure, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAYVxCmNudW1weQpkdHlwZQpxC1gDAAAAVjEy"
        + "cQyJiIdxDVJxDihLA1gBAAAAfHEPTlgBAAAAYXEQWAEAAABicRGGcRJ9cRMoaBBoC1gCAAAAZjhxFImIh3EVUnEWKEsDWAEA"
        + "AAA8cRdOTk5K/////0r/////SwB0cRhiSwCGcRloEWgLWAIAAABpNHEaiYiHcRtScRwoSwNoF05OTkr/////Sv////9LAHRx"
        + "HWJLCIZxHnVLDEsBSxB0cR9iiWgDWA0AAAAAAAAAAADDsD8CAAAAcSBoBYZxIVJxInRxI2Iu"),
    Sample(
      "structure with objects, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAoVxCmNudW1weQpkdHlwZQpxC1gDAAAAVjE2"
        + "cQyJiIdxDVJxDihLA1gBAAAAfHEPTlgBAAAAYXEQWAEAAABvcRGGcRJ9cRMoaBBoC1gCAAAAZjhxFImIh3EVUnEWKEsDWAEA"
        + "AAA8cRdOTk5K/////0r/////SwB0cRhiSwCGcRloEWgLWAIAAABPOHEaiYiHcRtScRwoSwNoD05OTkr/////Sv////9LP3Rx"
        + "HWJLCIZxHnVLEEsBSxt0cR9iiV1xIChHP/AAAAAAAABYAQAAAHhxIYZxIkdAAAAAAAAAAE6GcSNldHEkYi4="),
    Sample(
      "dates, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJjX2NvZGVjcwpl"
        + "bmNvZGUKcQNYAQAAAGJxBFgGAAAAbGF0aW4xcQWGcQZScQeHcQhScQkoSwFLAYVxCmNudW1weQpkdHlwZQpxC1gCAAAATThx"
        + "DImIh3ENUnEOKEsEWAEAAAA8cQ9OTk5K/////0r/////SwB9cRAoaANYAQAAAERxEWgFhnESUnETSwFLAUsBdHEUhnEVdHEW"
        + "YoloA1gIAAAAVkcAAAAAAABxF2gFhnEYUnEZdHEaYi4="),
    Sample(
      "masked, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkubWEuY29yZQpfbWFyZWNvbnN0cnVjdApxAChjbnVtcHkubWEuY29yZQpNYXNrZWRBcnJheQpxAWNudW1weQpu"
        + "ZGFycmF5CnECSwCFcQNYAQAAAGJxBHRxBVJxBihLAUsDhXEHY251bXB5CmR0eXBlCnEIWAIAAABmOHEJiYiHcQpScQsoSwNY"
        + "AQAAADxxDE5OTkr/////Sv////9LAHRxDWKJY19jb2RlY3MKZW5jb2RlCnEOWBkAAAAAAAAAAADDsD8AAAAAAAAAQAAAAAAA"
        + "AAhAcQ9YBgAAAGxhdGluMXEQhnERUnESaA5YAwAAAAABAHETaBCGcRRScRVOdHEWYi4="),
    Sample(
      "masked integers in two dimensions, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkubWEuY29yZQpfbWFyZWNvbnN0cnVjdApxAChjbnVtcHkubWEuY29yZQpNYXNrZWRBcnJheQpxAWNudW1weQpu"
        + "ZGFycmF5CnECSwCFcQNYAQAAAGJxBHRxBVJxBihLAUsCSwKGcQdjbnVtcHkKZHR5cGUKcQhYAgAAAGk4cQmJiIdxClJxCyhL"
        + "A1gBAAAAPHEMTk5OSv////9K/////0sAdHENYoljX2NvZGVjcwplbmNvZGUKcQ5YIAAAAAAAAAAAAAAAAQAAAAAAAAACAAAA"
        + "AAAAAAMAAAAAAAAAcQ9YBgAAAGxhdGluMXEQhnERUnESaA5YBAAAAAABAQBxE2gQhnEUUnEVTnRxFmIu"),
    Sample(
      "matrix, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQptYXRyaXgKcQFLAIVxAmNfY29kZWNzCmVu"
        + "Y29kZQpxA1gBAAAAYnEEWAYAAABsYXRpbjFxBYZxBlJxB4dxCFJxCShLAUsCSwKGcQpjbnVtcHkKZHR5cGUKcQtYAgAAAGk4"
        + "cQyJiIdxDVJxDihLA1gBAAAAPHEPTk5OSv////9K/////0sAdHEQYoloA1ggAAAAAQAAAAAAAAACAAAAAAAAAAMAAAAAAAAA"
        + "BAAAAAAAAABxEWgFhnESUnETdHEUYi4="),
    Sample(
      "record array, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpyZWNhcnJheQpxAUsAhXECY19jb2RlY3MK"
        + "ZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBSwGFcQpjbnVtcHkKZHR5cGUKcQtjbnVtcHkK"
        + "cmVjb3JkCnEMiYiHcQ1ScQ4oSwNYAQAAAHxxD05YAQAAAGFxEFgBAAAAYnERhnESfXETKGgQaAtYAgAAAGk0cRSJiIdxFVJx"
        + "FihLA1gBAAAAPHEXTk5OSv////9K/////0sAdHEYYksAhnEZaBFoC1gCAAAAZjhxGomIh3EbUnEcKEsDaBdOTk5K/////0r/"
        + "////SwB0cR1iSwSGcR51SwxLAUsQdHEfYoloA1gMAAAAAQAAAAAAAAAAAABAcSBoBYZxIVJxInRxI2Iu"),
    Sample(
      "scalar, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxAGNudW1weQpkdHlwZQpxAVgCAAAAZjhxAomIh3EDUnEEKEsDWAEA"
        + "AAA8cQVOTk5K/////0r/////SwB0cQZiY19jb2RlY3MKZW5jb2RlCnEHWAkAAAAAAAAAAADDuD9xCFgGAAAAbGF0aW4xcQmG"
        + "cQpScQuGcQxScQ0u"),
    Sample(
      "text scalar, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxAGNudW1weQpkdHlwZQpxAVgCAAAAVTJxAomIh3EDUnEEKEsDWAEA"
        + "AAA8cQVOTk5LCEsESwh0cQZiY19jb2RlY3MKZW5jb2RlCnEHWAgAAAB4AAAAeQAAAHEIWAYAAABsYXRpbjFxCYZxClJxC4Zx"
        + "DFJxDS4="),
    Sample(
      "date scalar, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxAGNudW1weQpkdHlwZQpxAVgCAAAATThxAomIh3EDUnEEKEsEWAEA"
        + "AAA8cQVOTk5K/////0r/////SwB9cQYoY19jb2RlY3MKZW5jb2RlCnEHWAEAAABEcQhYBgAAAGxhdGluMXEJhnEKUnELSwFL"
        + "AUsBdHEMhnENdHEOYmgHWAgAAABWRwAAAAAAAHEPaAmGcRBScRGGcRJScRMu"),
    Sample(
      "structured scalar, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5CnNjYWxhcgpxAGNudW1weQpkdHlwZQpxAVgDAAAAVjEycQKJiIdxA1JxBChLA1gB"
        + "AAAAfHEFTlgBAAAAYXEGWAEAAABicQeGcQh9cQkoaAZoAVgCAAAAZjhxComIh3ELUnEMKEsDWAEAAAA8cQ1OTk5K/////0r/"
        + "////SwB0cQ5iSwCGcQ9oB2gBWAIAAABpNHEQiYiHcRFScRIoSwNoDU5OTkr/////Sv////9LAHRxE2JLCIZxFHVLDEsBSxB0"
        + "cRViY19jb2RlY3MKZW5jb2RlCnEWWA0AAAAAAAAAAADDsD8CAAAAcRdYBgAAAGxhdGluMXEYhnEZUnEahnEbUnEcLg=="),
    Sample(
      "two arrays of one type, protocol 2, numpy 1.26.4",
      "gAJdcQAoY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQFjbnVtcHkKbmRhcnJheQpxAksAhXEDY19jb2Rl"
        + "Y3MKZW5jb2RlCnEEWAEAAABicQVYBgAAAGxhdGluMXEGhnEHUnEIh3EJUnEKKEsBSwOFcQtjbnVtcHkKZHR5cGUKcQxYAgAA"
        + "AGk4cQ2JiIdxDlJxDyhLA1gBAAAAPHEQTk5OSv////9K/////0sAdHERYoloBFgYAAAAAAAAAAAAAAABAAAAAAAAAAIAAAAA"
        + "AAAAcRJoBoZxE1JxFHRxFWJoAWgCSwCFcRZoCIdxF1JxGChLAUsEhXEZaA+JaARYIAAAAAAAAAAAAAAAAQAAAAAAAAACAAAA"
        + "AAAAAAMAAAAAAAAAcRpoBoZxG1JxHHRxHWJlLg=="),
    Sample(
      "generator, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkucmFuZG9tLl9waWNrbGUKX19nZW5lcmF0b3JfY3RvcgpxAFgFAAAAUENHNjRxAWNudW1weS5yYW5kb20uX3Bp"
        + "Y2tsZQpfX2JpdF9nZW5lcmF0b3JfY3RvcgpxAoZxA1JxBH1xBShYDQAAAGJpdF9nZW5lcmF0b3JxBlgFAAAAUENHNjRxB1gF"
        + "AAAAc3RhdGVxCH1xCShoCIoQ42GVprdeWAktRZZZNLWhGlgDAAAAaW5jcQqKEKlzeES8M4FYghr3OtvajUF1WAoAAABoYXNf"
        + "dWludDMycQtLAFgIAAAAdWludGVnZXJxDEsAdWIu"),
    Sample(
      "ufunc, protocol 2, numpy 1.26.4",
      "gAJjbnVtcHkuY29yZS5fbXVsdGlhcnJheV91bWF0aApzaW4KcQAu"),
    Sample(
      "integers, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMgpJMwp0cDEwCmNudW1weQpk"
        + "dHlwZQpwMTEKKFZpOApwMTIKSTAwCkkwMQp0cDEzClJwMTQKKEkzClY8CnAxNQpOTk5JLTEKSS0xCkkwCnRwMTYKYkkwMApn"
        + "MwooVlx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMAFcdTAwMDBcdTAwMDBcdTAwMDBc"
        + "dTAwMDBcdTAwMDBcdTAwMDBcdTAwMDACXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwA1x1MDAw"
        + "MFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMARcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAw"
        + "MDBcdTAwMDAFXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwCnAxNwpnNQp0cDE4ClJwMTkKdHAy"
        + "MApiLg=="),
    Sample(
      "integers, protocol 5, numpy 2.4.6",
      "gAWVpgAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWMAAAAAAAAAAAAAAAAAAAAAEAAAAA"
        + "AAAAAgAAAAAAAAADAAAAAAAAAAQAAAAAAAAABQAAAAAAAACUjAVudW1weZSMBWR0eXBllJOUjAJpOJSJiIeUUpQoSwOMATyU"
        + "Tk5OSv////9K/////0sAdJRiSwJLA4aUjAFDlHSUUpQu"),
    Sample(
      "fortran order, protocol 5, numpy 2.4.6",
      "gAWVpgAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWMAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAhAAAAAAAAA8D8AAAAAAAAQQAAAAAAAAABAAAAAAAAAFECUjAVudW1weZSMBWR0eXBllJOUjAJmOJSJiIeUUpQoSwOMATyU"
        + "Tk5OSv////9K/////0sAdJRiSwJLA4aUjAFGlHSUUpQu"),
    Sample(
      "empty, protocol 5, numpy 2.4.6",
      "gAWVdgAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWAAAAAAAAAACUjAVudW1weZSMBWR0"
        + "eXBllJOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwBLA4aUjAFDlHSUUpQu"),
    Sample(
      "no dimensions, protocol 5, numpy 2.4.6",
      "gAWVeQAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWCAAAAAAAAAAAAAAAAAAMQJSMBW51"
        + "bXB5lIwFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGIpjAFDlHSUUpQu"),
    Sample(
      "objects, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMwp0cDEwCmNudW1weQpkdHlw"
        + "ZQpwMTEKKFZPOApwMTIKSTAwCkkwMQp0cDEzClJwMTQKKEkzClZ8CnAxNQpOTk5JLTEKSS0xCkk2Mwp0cDE2CmJJMDAKKGxw"
        + "MTcKVmEKcDE4CmFOYShkcDE5ClZrCnAyMApJMQpzYXRwMjEKYi4="),
    Sample(
      "objects, protocol 5, numpy 2.4.6",
      "gAWVmAAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZST"
        + "lEsAhZRDAWKUh5RSlChLAUsDhZRoA4wFZHR5cGWUk5SMAk84lImIh5RSlChLA4wBfJROTk5K/////0r/////Sz90lGKJXZQo"
        + "jAFhlE59lIwBa5RLAXNldJRiLg=="),
    Sample(
      "texts, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMgp0cDEwCmNudW1weQpkdHlw"
        + "ZQpwMTEKKFZVMgpwMTIKSTAwCkkwMQp0cDEzClJwMTQKKEkzClY8CnAxNQpOTk5JOApJNApJOAp0cDE2CmJJMDAKZzMKKFZh"
        + "XHUwMDAwXHUwMDAwXHUwMDAwYlx1MDAwMFx1MDAwMFx1MDAwMGNcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAw"
        + "MDBcdTAwMDAKcDE3Cmc1CnRwMTgKUnAxOQp0cDIwCmIu"),
    Sample(
      "texts, protocol 5, numpy 2.4.6",
      "gAWVfgAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWEAAAAAAAAABhAAAAYgAAAGMAAAAA"
        + "AAAAlIwFbnVtcHmUjAVkdHlwZZSTlIwCVTKUiYiHlFKUKEsDjAE8lE5OTksISwRLCHSUYksChZSMAUOUdJRSlC4="),
    Sample(
      "bytes, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMgp0cDEwCmNudW1weQpkdHlw"
        + "ZQpwMTEKKFZTMgpwMTIKSTAwCkkwMQp0cDEzClJwMTQKKEkzClZ8CnAxNQpOTk5JMgpJMQpJMAp0cDE2CmJJMDAKZzMKKFZh"
        + "YmP/CnAxNwpnNQp0cDE4ClJwMTkKdHAyMApiLg=="),
    Sample(
      "bytes, protocol 5, numpy 2.4.6",
      "gAWVcgAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWBAAAAAAAAABhYmP/lIwFbnVtcHmU"
        + "jAVkdHlwZZSTlIwCUzKUiYiHlFKUKEsDjAF8lE5OTksCSwFLAHSUYksChZSMAUOUdJRSlC4="),
    Sample(
      "structure, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMQp0cDEwCmNudW1weQpkdHlw"
        + "ZQpwMTEKKFZWMTIKcDEyCkkwMApJMDEKdHAxMwpScDE0CihJMwpWfApwMTUKTihWYQpwMTYKVmIKcDE3CnRwMTgKKGRwMTkK"
        + "ZzE2CihnMTEKKFZmOApwMjAKSTAwCkkwMQp0cDIxClJwMjIKKEkzClY8CnAyMwpOTk5JLTEKSS0xCkkwCnRwMjQKYkkwCnRw"
        + "MjUKc2cxNwooZzExCihWaTQKcDI2CkkwMApJMDEKdHAyNwpScDI4CihJMwpnMjMKTk5OSS0xCkktMQpJMAp0cDI5CmJJOAp0"
        + "cDMwCnNJMTIKSTEKSTE2CnRwMzEKYkkwMApnMwooVlx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMPA/Alx1"
        + "MDAwMFx1MDAwMFx1MDAwMApwMzIKZzUKdHAzMwpScDM0CnRwMzUKYi4="),
    Sample(
      "structure, protocol 5, numpy 2.4.6",
      "gAWV3QAAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWDAAAAAAAAAAAAAAAAADwPwIAAACU"
        + "jAVudW1weZSMBWR0eXBllJOUjANWMTKUiYiHlFKUKEsDjAF8lE6MAWGUjAFilIaUfZQoaAtoBowCZjiUiYiHlFKUKEsDjAE8"
        + "lE5OTkr/////Sv////9LAHSUYksAhpRoDGgGjAJpNJSJiIeUUpQoSwNoEk5OTkr/////Sv////9LAHSUYksIhpR1SwxLAUsQ"
        + "dJRiSwGFlIwBQ5R0lFKULg=="),
    Sample(
      "structure with objects, protocol 5, numpy 2.4.6",
      "gAWVAgEAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZST"
        + "lEsAhZRDAWKUh5RSlChLAUsChZRoA4wFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAW+UhpR9lChoEWgMjAJm"
        + "OJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCGlGgSaAyMAk84lImIh5RSlChLA2gQTk5OSv////9K/////0s/"
        + "dJRiSwiGlHVLEEsBSxt0lGKJXZQoRz/wAAAAAAAAjAF4lIaUR0AAAAAAAAAAToaUZXSUYi4="),
    Sample(
      "dates, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAwCihjbnVtcHkKbmRhcnJheQpwMQooSTAKdHAyCmNfY29k"
        + "ZWNzCmVuY29kZQpwMwooVmIKcDQKVmxhdGluMQpwNQp0cDYKUnA3CnRwOApScDkKKEkxCihJMQp0cDEwCmNudW1weQpkdHlw"
        + "ZQpwMTEKKFZNOApwMTIKSTAwCkkwMQp0cDEzClJwMTQKKEk0ClY8CnAxNQpOTk5JLTEKSS0xCkkwCihOKGczCihWRApwMTYK"
        + "ZzUKdHAxNwpScDE4CkkxCkkxCkkxCnRwMTkKdHAyMAp0cDIxCmJJMDAKZzMKKFZWR1x1MDAwMFx1MDAwMFx1MDAwMFx1MDAw"
        + "MFx1MDAwMFx1MDAwMApwMjIKZzUKdHAyMwpScDI0CnRwMjUKYi4="),
    Sample(
      "dates, protocol 5, numpy 2.4.6",
      "gAWVoQAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZST"
        + "lEsAhZRDAWKUh5RSlChLAUsBhZRoA4wFZHR5cGWUk5SMAk04lImIh5RSlChLBIwBPJROTk5K/////0r/////SwBOKEMBRJRL"
        + "AUsBSwF0lIaUdJRiiUMIVkcAAAAAAACUdJRiLg=="),
    Sample(
      "masked, protocol 5, numpy 2.4.6",
      "gAWVvQAAAAAAAACMDW51bXB5Lm1hLmNvcmWUjA5fbWFyZWNvbnN0cnVjdJSTlCiMCG51bXB5Lm1hlIwLTWFza2VkQXJyYXmU"
        + "k5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZSMAWKUdJRSlChLAUsDhZRoBowFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPJRO"
        + "Tk5K/////0r/////SwB0lGKJQxgAAAAAAADwPwAAAAAAAABAAAAAAAAACECUQwMAAQCUTnSUYi4="),
    Sample(
      "masked integers in two dimensions, protocol 5, numpy 2.4.6",
      "gAWVyAAAAAAAAACMDW51bXB5Lm1hLmNvcmWUjA5fbWFyZWNvbnN0cnVjdJSTlCiMCG51bXB5Lm1hlIwLTWFza2VkQXJyYXmU"
        + "k5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZSMAWKUdJRSlChLAUsCSwKGlGgGjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8"
        + "lE5OTkr/////Sv////9LAHSUYolDIAAAAAAAAAAAAQAAAAAAAAACAAAAAAAAAAMAAAAAAAAAlEMEAAEBAJROdJRiLg=="),
    Sample(
      "matrix, protocol 5, numpy 2.4.6",
      "gAWVqgAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwGbWF0cml4lJOU"
        + "SwCFlEMBYpSHlFKUKEsBSwJLAoaUaAOMBWR0eXBllJOUjAJpOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUMg"
        + "AQAAAAAAAAACAAAAAAAAAAMAAAAAAAAABAAAAAAAAACUdJRiLg=="),
    Sample(
      "record array, protocol 5, numpy 2.4.6",
      "gAWVBAEAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMCW51bXB5LnJlY5SMCHJlY2Fy"
        + "cmF5lJOUSwCFlEMBYpSHlFKUKEsBSwGFlIwFbnVtcHmUjAVkdHlwZZSTlGgLjAZyZWNvcmSUk5SJiIeUUpQoSwOMAXyUTowB"
        + "YZSMAWKUhpR9lChoE2gNjAJpNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCGlGgUaA2MAmY4lImIh5RSlChL"
        + "A2gaTk5OSv////9K/////0sAdJRiSwSGlHVLDEsBSxB0lGKJQwwBAAAAAAAAAAAAAECUdJRiLg=="),
    Sample(
      "scalar, protocol 0, numpy 2.4.6",
      "Y251bXB5Ll9jb3JlLm11bHRpYXJyYXkKc2NhbGFyCnAwCihjbnVtcHkKZHR5cGUKcDEKKFZmOApwMgpJMDAKSTAxCnRwMwpS"
        + "cDQKKEkzClY8CnA1Ck5OTkktMQpJLTEKSTAKdHA2CmJjX2NvZGVjcwplbmNvZGUKcDcKKFZcdTAwMDBcdTAwMDBcdTAwMDBc"
        + "dTAwMDBcdTAwMDBcdTAwMDD4PwpwOApWbGF0aW4xCnA5CnRwMTAKUnAxMQp0cDEyClJwMTMKLg=="),
    Sample(
      "scalar, protocol 5, numpy 2.4.6",
      "gAWVagAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5lIwFZHR5cGWUk5SMAmY4lImI"
        + "h5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJDCAAAAAAAAPg/lIaUUpQu"),
    Sample(
      "text scalar, protocol 5, numpy 2.4.6",
      "gAWVZAAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5lIwFZHR5cGWUk5SMAlUylImI"
        + "h5RSlChLA4wBPJROTk5LCEsESwh0lGJDCHgAAAB5AAAAlIaUUpQu"),
    Sample(
      "date scalar, protocol 5, numpy 2.4.6",
      "gAWVegAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5lIwFZHR5cGWUk5SMAk04lImI"
        + "h5RSlChLBIwBPJROTk5K/////0r/////SwBOKEMBRJRLAUsBSwF0lIaUdJRiQwhWRwAAAAAAAJSGlFKULg=="),
    Sample(
      "structured scalar, protocol 5, numpy 2.4.6",
      "gAWVywAAAAAAAACMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5lIwFZHR5cGWUk5SMA1YxMpSJ"
        + "iIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoCmgFjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCGlGgL"
        + "aAWMAmk0lImIh5RSlChLA2gRTk5OSv////9K/////0sAdJRiSwiGlHVLDEsBSxB0lGJDDAAAAAAAAPA/AgAAAJSGlFKULg=="
    ),
    Sample(
      "bytes above 127, protocol 5, numpy 2.4.6",
      "gAWVcQEAAAAAAACME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlChCAAEAAAABAgMEBQYHCAkKCwwNDg8Q"
        + "ERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
        + "WVpbXF1eX2BhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+g"
        + "oaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo"
        + "6err7O3u7/Dx8vP09fb3+Pn6+/z9/v+UjAVudW1weZSMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv////9K////"
        + "/0sAdJRiTQABhZSMAUOUdJRSlC4="),
    Sample(
      "two arrays of one type, protocol 5, numpy 2.4.6",
      "gAWVyQAAAAAAAABdlCiME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWGAAAAAAAAAAAAAAAAAAAAAEA"
        + "AAAAAAAAAgAAAAAAAACUjAVudW1weZSMBWR0eXBllJOUjAJpOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwOF"
        + "lIwBQ5R0lFKUaAMoliAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAAAAACUaApLBIWUaA50lFKUZS4="),
    Sample(
      "generator, protocol 5, numpy 2.4.6",
      "gAWVywEAAAAAAACMFG51bXB5LnJhbmRvbS5fcGlja2xllIwQX19nZW5lcmF0b3JfY3RvcpSTlGgAjBRfX2JpdF9nZW5lcmF0"
        + "b3JfY3RvcpSTlIwTbnVtcHkucmFuZG9tLl9wY2c2NJSMBVBDRzY0lJOUhZRSlH2UKIwNYml0X2dlbmVyYXRvcpSMBVBDRzY0"
        + "lIwFc3RhdGWUfZQoaA2KEONhlaa3XlgJLUWWWTS1oRqMA2luY5SKEKlzeES8M4FYghr3OtvajUF1jApoYXNfdWludDMylEsA"
        + "jAh1aW50ZWdlcpRLAHWMGm51bXB5LnJhbmRvbS5iaXRfZ2VuZXJhdG9ylIwbX19weXhfdW5waWNrbGVfU2VlZFNlcXVlbmNl"
        + "lJOUaBKMDFNlZWRTZXF1ZW5jZZSTlEoiouoDToeUUpQoSwBLAIwTbnVtcHkuX2NvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVy"
        + "lJOUKJYQAAAAAAAAAAfrQP42OjZPnQCyTqd6msiUjAVudW1weZSMBWR0eXBllJOUjAJ1NJSJiIeUUpQoSwOMATyUTk5OSv//"
        + "//9K/////0sAdJRiSwSFlIwBQ5R0lFKUSwQpdJRihpRihZRSlC4="),
    Sample(
      "ufunc, protocol 5, numpy 2.4.6",
      "gAWVEQAAAAAAAACMBW51bXB5lIwDc2lulJOULg=="),
    Sample(
      "polynomial, protocol 5, numpy 2.4.6",
      "gAWVPQEAAAAAAACMG251bXB5LnBvbHlub21pYWwucG9seW5vbWlhbJSMClBvbHlub21pYWyUk5QpgZR9lCiMBGNvZWaUjBNu"
        + "dW1weS5fY29yZS5udW1lcmljlIwLX2Zyb21idWZmZXKUk5QolhAAAAAAAAAAAAAAAAAA8D8AAAAAAAAAQJSMBW51bXB5lIwF"
        + "ZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAoWUjAFDlHSUUpSMB19zeW1ib2yUjAF4lIwG"
        + "ZG9tYWlulGgIKJYQAAAAAAAAAAAAAAAAAPC/AAAAAAAA8D+UaA9LAoWUaBN0lFKUjAZ3aW5kb3eUaAgolhAAAAAAAAAAAAAA"
        + "AAAA8L8AAAAAAADwP5RoD0sChZRoE3SUUpSMBnN5bWJvbJRoF3ViLg=="),
  ]
}
