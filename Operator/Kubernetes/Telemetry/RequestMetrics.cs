using System.Diagnostics.Metrics;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>Requests to the API server, as client-go counts them: each try, until the headers of its answer are there.</summary>
internal sealed class RequestMetrics(Meter meter)
{
    /// <summary>client-go's word for the code of a request that got no answer.</summary>
    public const string NoAnswer = "<error>";

    private readonly Counter<long> _total = meter.CreateCounter<long>("rest_client.requests", description: "Requests to the API server, by verb and the code of the answer; <error> where there was none.");
    private readonly Histogram<double> _duration = meter.CreateHistogram("rest_client.request.duration", "s", "How long the API server took to answer; of a watch, to begin.", advice: Buckets.Request);

    public void Sent(string verb, string method, string host, string code, TimeSpan took)
    {
        _total.Add(1, new("code", code), new("method", method), new("verb", verb), new("host", host));
        _duration.Record(took.TotalSeconds, new("verb", verb), new KeyValuePair<string, object?>("host", host));
    }
}
